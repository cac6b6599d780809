using System.Diagnostics;
using Xunit;

namespace GpuLm.Tests.BadInput;

/// <summary>What only Linux, or only root, can arrange.</summary>
static class Linux
{
    public static void Require(string what)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip($"Only Linux has {what}.");
    }

    /// <summary>A file system of so many bytes; dispose it before the folder is removed.</summary>
    public static IDisposable SmallDisk(string folder, int bytes)
    {
        Require("tmpfs");
        Directory.CreateDirectory(folder);
        if (Run("mount", "-t", "tmpfs", "-o", $"size={bytes}", "tmpfs", folder) != 0) Assert.Skip("Only root may mount a small disk.");
        return new Mounted(folder);
    }

    static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    // Lazily: what a failed run left open is closed when its objects are collected.
    sealed class Mounted(string folder) : IDisposable
    {
        public void Dispose() => Run("umount", "--lazy", folder);
    }
}
