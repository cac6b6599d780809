using System.Globalization;
using System.Text;

namespace GpuLm.Cli.Training;

/// <summary>
/// Sees that one process at a time writes into a run's folder. The file is held open and shared with nobody; the system lets go of it when
/// the process ends, however it ends, so that a run that was killed blocks nobody. The file stays: to delete it would be a race.
/// </summary>
sealed class RunLock : IDisposable
{
    /// <summary>The file's name in a run's folder.</summary>
    public const string FileName = "run.lock";

    readonly FileStream file;

    /// <summary>Takes the folder.</summary>
    /// <exception cref="GpuLmException">Another process has it, or it cannot be written.</exception>
    public RunLock(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new GpuLmException(
                $"Another run is writing into '{folder}'; {FileName} there names its process. Wait until it ends, or stop it.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GpuLmException(
                $"The folder '{folder}' cannot be written: {e.Message.TrimEnd('.')}. See that you may write into it and that its disk has "
                + "space.", e);
        }
        try
        {
            // Only a person who looks reads it.
            file.SetLength(0);
            string process = string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId}\n");
            RandomAccess.Write(file.SafeFileHandle, Encoding.UTF8.GetBytes(process), fileOffset: 0);
        }
        catch (IOException)
        {
            // The disk is full. What needs the space says so.
        }
    }

    public void Dispose() => file.Dispose();
}
