using System.Globalization;
using GpuLm.Checkpoints;

namespace GpuLm.Cli.Training;

/// <summary>The folder that a run writes, held against other runs: its checkpoints, its metrics, and at its end the model.</summary>
sealed class RunFolder : IDisposable
{
    readonly RunLock held;

    RunFolder(string path, RunLock held) => (Path, this.held) = (path, held);

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Creates the folder; a new run never writes into one that holds something.</summary>
    /// <param name="requested">
    /// The folder the user named; without one it is <c>NAME-1</c>, <c>NAME-2</c> ... under <paramref name="parent"/>.
    /// </param>
    /// <param name="name">What a fresh folder is called.</param>
    /// <param name="parent">Where fresh folders go.</param>
    /// <exception cref="GpuLmException">The folder is not empty, is a file, or cannot be made.</exception>
    public static RunFolder Create(string? requested, string name, string parent = "runs")
    {
        string folder = requested ?? Fresh(parent, name);
        if (File.Exists(folder)) throw new GpuLmException($"'{folder}' is a file; a run needs a folder. Give --out another name.");
        RequireEmpty(folder);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GpuLmException(
                $"The folder '{folder}' cannot be made: {e.Message.TrimEnd('.')}. Give --out a folder that you can write to.", e);
        }
        var held = new RunLock(folder);
        try
        {
            RequireEmpty(folder);   // another run may have come and gone between the first look and the lock
            return new RunFolder(folder, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Opens the folder of a run that goes on.</summary>
    /// <exception cref="GpuLmException">Another process writes into it, or it cannot be written.</exception>
    public static RunFolder Open(string folder) => new(folder, new RunLock(folder));

    public void Dispose() => held.Dispose();

    static void RequireEmpty(string folder)
    {
        if (!Directory.Exists(folder)) return;
        if (Directory.EnumerateFileSystemEntries(folder).All(entry => System.IO.Path.GetFileName(entry) == RunLock.FileName)) return;
        string remedy = CheckpointStore.FindLatest(folder) is null
            ? "or remove the folder"
            : "remove the folder, or go on with the run in it with --resume";
        throw new GpuLmException(
            $"The folder '{folder}' is not empty, and a run does not overwrite another. Give --out a new name, {remedy}.");
    }

    static string Fresh(string parent, string name)
    {
        for (int number = 1; ; number++)
        {
            string folder = System.IO.Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"));
            if (!System.IO.Path.Exists(folder)) return folder;
        }
    }
}
