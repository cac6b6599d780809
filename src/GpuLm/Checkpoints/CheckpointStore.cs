namespace GpuLm.Checkpoints;

/// <summary>
/// The checkpoints of a run. One is written as <c>checkpoint-N.tmp</c>, each of its files flushed to the disk, and then renamed; only after
/// that <c>latest</c> names it, and only after that older ones are removed. A process or machine that stops at any moment leaves what
/// <c>latest</c> names whole. What it leaves besides, folders that end in <c>.tmp</c> and a checkpoint that <c>latest</c> does not name
/// yet, is removed when the run is resumed.
/// </summary>
/// <param name="run">The run's folder.</param>
/// <param name="keep">How many of the latest checkpoints stay; 0 keeps all. The best one stays besides.</param>
public sealed class CheckpointStore(string run, int keep)
{
    /// <summary>The checkpoint that a run would be resumed from; nothing where the folder holds none.</summary>
    /// <remarks>A run that stopped between its first checkpoint and the pointer to it has no pointer.</remarks>
    public static string? FindLatest(string run) =>
        CheckpointNames.Follow(run, CheckpointNames.Latest)
        ?? (CheckpointNames.In(run) is [.., var newest] ? newest.Folder : null);

    /// <summary>
    /// The name of the checkpoint that <c>latest</c> names and that is not there, so that <see cref="FindLatest"/> gives the newest one
    /// that is; nothing where none is missing.
    /// </summary>
    public static string? FindLost(string run) =>
        CheckpointNames.Follow(run, CheckpointNames.Latest) is null ? CheckpointNames.Read(run, CheckpointNames.Latest) : null;

    /// <summary>The newest checkpoint before a step's; nothing where there is none.</summary>
    public static string? FindBefore(string run, int step) =>
        CheckpointNames.In(run).LastOrDefault(checkpoint => checkpoint.Step < step).Folder;

    /// <summary>The folder of a step's checkpoint.</summary>
    public static string FolderOf(string run, int step) => Path.Combine(run, CheckpointNames.Of(step));

    /// <summary>The step of a checkpoint's folder; nothing where the folder has another name.</summary>
    public static int? StepOf(string folder) =>
        CheckpointNames.StepOf(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))) is >= 0 and var step ? step : null;

    /// <summary>The checkpoint with the lowest validation loss; nothing where the folder holds none.</summary>
    public static string? FindBest(string run) => CheckpointNames.Follow(run, CheckpointNames.Best);

    /// <summary>
    /// Saves a checkpoint. It becomes the latest one, and the best one where its state says so. A step that is saved already is not saved
    /// again: it would have the same content.
    /// </summary>
    /// <param name="state">Where the run stands.</param>
    /// <param name="bytes">What the checkpoint needs on the disk.</param>
    /// <param name="write">Writes the rest of the checkpoint into the folder that it is given.</param>
    /// <param name="keepOlder">Whether all older ones stay this time.</param>
    /// <exception cref="GpuLmException">
    /// The disk has not enough room or the folder cannot be written. The checkpoints and pointers that were there are as they were.
    /// </exception>
    public void Save(TrainingState state, long bytes, Action<string> write, bool keepOlder = false)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(write);
        string folder = FolderOf(run, state.Step), temporary = folder + AtomicFile.TemporaryEnding;
        if (CheckpointNames.Follow(run, CheckpointNames.Latest) == folder) return;
        try
        {
            // One that is there is whole; only the pointer to it could not be written.
            if (!Directory.Exists(folder)) Create(folder, temporary, state, bytes, write);
            CheckpointNames.Point(run, CheckpointNames.Latest, state.Step);
            if (state.BestStep == state.Step) CheckpointNames.Point(run, CheckpointNames.Best, state.Step);
        }
        catch (Exception e) when (e is GpuLmException or IOException or UnauthorizedAccessException)
        {
            throw new GpuLmException(
                $"The checkpoint of step {state.Step}, which needs {Size(bytes)}, was not saved: {e.Message} "
                + (FindLatest(run) is null
                    ? "There is none before it."
                    : "The checkpoint before it is whole: --resume goes on from there."), e);
        }
        finally
        {
            if (Directory.Exists(temporary)) TryRemove(temporary);
        }
        if (keepOlder) return;
        foreach (string old in Superseded()) TryRemove(old);
    }

    /// <summary>Tells, for the user, that the disk has no room for a checkpoint now; nothing where it has.</summary>
    /// <param name="bytes">What a checkpoint needs on the disk.</param>
    public string? Shortage(long bytes) => FreeSpace.Of(run) is long free && free < bytes
        ? $"the disk of '{run}' has {Size(free)} left. Free some space, or keep fewer checkpoints with --keep."
        : null;

    /// <summary>
    /// Prepares the folder of a run that goes on from a checkpoint: removes what a stop left behind and the checkpoints of later steps,
    /// which the run is going to make anew, and sets both pointers to what the state says.
    /// </summary>
    /// <param name="state">The state of the checkpoint.</param>
    /// <returns>The state; without a best checkpoint where that one has been removed since.</returns>
    /// <exception cref="GpuLmException">The folder cannot be written.</exception>
    public TrainingState Rewind(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        try
        {
            CheckpointNames.Point(run, CheckpointNames.Latest, state.Step);
            if (state.BestStep is int best && Directory.Exists(FolderOf(run, best)))
            {
                CheckpointNames.Point(run, CheckpointNames.Best, best);
            }
            else
            {
                File.Delete(Path.Combine(run, CheckpointNames.Best));
                state = state with { BestStep = null, BestLoss = null };
            }
            foreach (var (_, later) in CheckpointNames.In(run).Where(checkpoint => checkpoint.Step > state.Step)) Remove(later);
            foreach (string rubbish in Directory.EnumerateFileSystemEntries(run, "*" + AtomicFile.TemporaryEnding)) Remove(rubbish);
            return state;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GpuLmException($"The folder '{run}' cannot be written: {e.Message} A resumed run goes on in its own folder.", e);
        }
    }

    /// <summary>The steps of the checkpoints that <see cref="Rewind"/> to a step removes.</summary>
    public static IReadOnlyList<int> StepsAfter(string run, int step) =>
        [.. CheckpointNames.In(run).Select(checkpoint => checkpoint.Step).Where(later => later > step)];

    List<string> Superseded()
    {
        if (keep == 0) return [];
        string?[] pointed = [CheckpointNames.Follow(run, CheckpointNames.Latest), CheckpointNames.Follow(run, CheckpointNames.Best)];
        return [.. CheckpointNames.In(run).SkipLast(keep).Select(checkpoint => checkpoint.Folder).Except(pointed).Select(old => old!)];
    }

    void Create(string folder, string temporary, TrainingState state, long bytes, Action<string> write)
    {
        Remove(temporary);
        if (Shortage(bytes) is { } shortage) throw new GpuLmException(shortage);
        Directory.CreateDirectory(temporary);
        write(temporary);
        TrainingStateFile.Write(temporary, state);
        Directory.Move(temporary, folder);
        DiskFlush.Folder(run);
    }

    static string Size(long bytes) => $"{bytes / 1e6:N1} MB";

    /// <summary>Removes a checkpoint, or what was left of one. It loses its name first, so that a name always means a whole one.</summary>
    static void Remove(string path)
    {
        if (File.Exists(path)) File.Delete(path);
        if (!Directory.Exists(path)) return;
        string nameless = path.EndsWith(AtomicFile.TemporaryEnding, StringComparison.Ordinal) ? path : path + AtomicFile.TemporaryEnding;
        if (nameless != path) Directory.Move(path, nameless);
        Directory.Delete(nameless, recursive: true);
    }

    /// <summary>As <see cref="Remove"/>; what cannot be removed now, because somebody reads it, say, stays until the next time.</summary>
    static void TryRemove(string path)
    {
        try
        {
            Remove(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing depends on it: a rest is removed with the next checkpoint or when the run is resumed.
        }
    }
}
