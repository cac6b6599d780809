namespace GpuLm.Data.Shards;

/// <summary>A file that one process at a time holds open; the system lets go of it when the process ends, however it ends.</summary>
internal static class LockFile
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until the file is free and takes it. The file stays when it is let go: to delete it would be a race.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onWait">Called once if somebody else has it.</param>
    public static FileStream Take(string path, Action onWait)
    {
        for (bool waiting = false; ; Thread.Sleep(Pause))
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                if (!waiting) onWait();
                waiting = true;
            }
        }
    }
}
