using System.Diagnostics;

namespace GpuLm.Bench.Tests.Peers;

/// <summary>The repository that the tests run in, and programs on its files.</summary>
static class Checkout
{
    /// <summary>The folder that holds GpuLm.sln.</summary>
    public static string Root { get; } = FindRoot();

    public static (int ExitCode, string Output, string Error) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "GpuLm.sln"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException($"GpuLm.sln is in no folder above {AppContext.BaseDirectory}; run the tests from a checkout.");
    }
}
