using System.Runtime.InteropServices;

namespace GpuLm.Checkpoints;

/// <summary>
/// Makes names durable. A file's own flush puts its bytes on the disk; that a folder holds it under its name is the folder's content, and
/// Unix asks for a flush of that, too (fsync(2)). Windows keeps names in its journal and offers no such call.
/// </summary>
static partial class DiskFlush
{
    const int ReadOnly = 0;

    /// <summary>Puts the names that a folder holds on the disk; where the system does not allow it, nothing.</summary>
    public static void Folder(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        int descriptor = open(path, ReadOnly);
        if (descriptor < 0) return;
        // Some file systems cannot flush a folder. The files are whole then, and what is left is the system's own delay.
        _ = fsync(descriptor);
        _ = close(descriptor);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
