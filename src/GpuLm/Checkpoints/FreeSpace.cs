namespace GpuLm.Checkpoints;

/// <summary>The room on a disk.</summary>
static class FreeSpace
{
    /// <summary>Bytes that this user may still write into a folder; nothing where the system does not say.</summary>
    public static long? Of(string folder)
    {
        try
        {
            string full = Path.GetFullPath(folder);
            return new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(full)! : full).AvailableFreeSpace;
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
