using System.Text.Json;
using GpuLm.Checkpoints;
using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>The checkpoint that a run goes on from.</summary>
/// <param name="Run">The run's folder.</param>
/// <param name="State">Where the run stood.</param>
/// <param name="Latest">The run's latest checkpoint, which is this one or a later one.</param>
sealed record ResumePoint(string Run, TrainingState State, string Latest)
{
    /// <summary>The checkpoint's folder.</summary>
    public string Folder => CheckpointStore.FolderOf(Run, State.Step);

    /// <summary>The configuration that the run had; nothing where the checkpoint lacks it.</summary>
    public string? ConfigPath => Path.Combine(Folder, TrainConfig.FileName) is var path && File.Exists(path) ? path : null;

    /// <summary>
    /// The configuration that the run goes on with: the run's last one, or, from an older checkpoint than its latest, the checkpoint's.
    /// </summary>
    public string? SettingsPath =>
        Path.Combine(Run, TrainConfig.FileName) is var path && File.Exists(path) && Latest == Folder
            ? path
            : ConfigPath;

    /// <summary>How the run asked for its tokenizer; nothing where the checkpoint does not say.</summary>
    /// <exception cref="GpuLmException">The checkpoint's configuration is damaged.</exception>
    public string? TokenizerName =>
        ConfigPath is { } path && new Dictionary<string, JsonElement>(TrainConfig.Read(path).Values).TryGetValue("tokenizer", out var name)
            ? name.GetString()
            : null;

    /// <summary>What a run that goes on has otherwise than it had.</summary>
    /// <param name="config">What it has now.</param>
    public IReadOnlyList<ConfigDifference> ChangesTo(TrainConfig config) =>
        ConfigPath is { } path
            ? [.. config.DifferencesFrom(TrainConfig.Read(path)).Where(each => each.Key is not ("out" or "init_from"))]
            : [];

    /// <summary>Reads from the checkpoint; an error names the one before it, too.</summary>
    /// <exception cref="GpuLmException">The checkpoint is damaged.</exception>
    public T Read<T>(Func<T> read) => Read(Run, State.Step, read);

    /// <inheritdoc cref="Read{T}(Func{T})"/>
    public void Read(Action read) => Read(() =>
    {
        read();
        return true;
    });

    static T Read<T>(string run, int step, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (GpuLmException e) when (CheckpointStore.FindBefore(run, step) is { } before)
        {
            throw new GpuLmException($"{e.Message} The checkpoint before it: --resume {before}", e);
        }
    }

    /// <summary>Finds the checkpoint.</summary>
    /// <param name="folder">The folder of a run, which goes on from its latest checkpoint, or of one of its checkpoints.</param>
    /// <exception cref="GpuLmException">There is none, or it is damaged.</exception>
    public static ResumePoint Find(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new GpuLmException($"There is no folder '{folder}'. Give --resume the folder that 'gpulm train' wrote its run to.");
        }
        string run = folder;
        string? checkpoint = CheckpointStore.FindLatest(folder);
        if (checkpoint is null && File.Exists(Path.Combine(folder, TrainingStateFile.Name)))
        {
            (run, checkpoint) = (Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))!, folder);
        }
        if (checkpoint is null)
        {
            throw new GpuLmException(
                $"The folder '{folder}' holds no checkpoint of a run, so nothing can be resumed from it. "
                + "Train on from a model's weights with --init-from, or begin again without --resume.");
        }
        var state = Read(run, CheckpointStore.StepOf(checkpoint) ?? 0, () => TrainingStateFile.Read(checkpoint));
        var point = new ResumePoint(run, state, CheckpointStore.FindLatest(run) ?? checkpoint);
        if (Path.GetFullPath(point.Folder) != Path.TrimEndingDirectorySeparator(Path.GetFullPath(checkpoint)))
        {
            throw new GpuLmException(
                $"'{checkpoint}' holds the checkpoint of step {point.State.Step} under another name. "
                + "Name it as the run did, or give --resume the run's folder.");
        }
        return point;
    }

    /// <summary>Takes the run's folder.</summary>
    /// <exception cref="GpuLmException">Another process has it, or had it since this point was found.</exception>
    public RunFolder Take()
    {
        var folder = RunFolder.Open(Run);
        if (CheckpointStore.FindLatest(Run) == Latest) return folder;
        folder.Dispose();
        throw new GpuLmException($"Another process went on with the run in '{Run}' meanwhile. Resume again.");
    }

    /// <summary>Whether the run that is asked for ends before it would go on.</summary>
    public bool IsFinished(TrainingOptions options) =>
        options.Duration is { } duration ? State.Seconds >= duration.TotalSeconds : State.Step >= options.Steps;
}
