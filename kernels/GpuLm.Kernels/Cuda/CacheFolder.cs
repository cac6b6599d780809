namespace GpuLm.Kernels.Cuda;

/// <summary>
/// Where this program keeps what it can make again: <c>$GPULM_CACHE</c>, else <c>gpulm</c> in the user's cache folder
/// (<c>$XDG_CACHE_HOME</c> or <c>~/.cache</c>; the local application data on Windows).
/// </summary>
public static class CacheFolder
{
    /// <summary>The folder's path; it need not exist yet.</summary>
    public static string Path { get; } = Environment.GetEnvironmentVariable("GPULM_CACHE") is { Length: > 0 } chosen
        ? chosen
        : System.IO.Path.Combine(UserCache(), "gpulm");

    static string UserCache()
    {
        if (OperatingSystem.IsWindows()) return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
    }
}
