using System.Diagnostics;
using Xunit;

namespace GpuLm.Tests.Cli.Watch;

/// <summary>A page as Chromium shows it, without a window.</summary>
/// <param name="Dom">The document after its scripts ran.</param>
/// <param name="ConsoleLines">What the page, or the browser about it, wrote to the console.</param>
sealed record Chromium(string Dom, IReadOnlyList<string> ConsoleLines)
{
    const int TimeoutMilliseconds = 120_000;
    static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    /// <summary>Opens an address; skips the running test where there is no browser.</summary>
    /// <param name="address">The address.</param>
    /// <param name="screenshot">Where its picture goes.</param>
    /// <param name="size">Width and height of the picture.</param>
    /// <param name="dark">Whether the user prefers dark colours.</param>
    public static Chromium Show(string address, string screenshot, (int Width, int Height) size, bool dark = false)
    {
        using var profile = new TemporaryFolder();
        var start = new ProcessStartInfo(Find())
        {
            ArgumentList =
            {
                "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", $"--user-data-dir={profile.Path}",
                "--enable-logging=stderr", "--force-device-scale-factor=1", $"--window-size={size.Width},{size.Height}",
                // The page's clock runs this far, waiting for the network, before the picture is taken: a few polls.
                "--virtual-time-budget=3500", "--dump-dom", $"--screenshot={screenshot}",
                $"--blink-settings=preferredColorScheme={(dark ? 0 : 1)}", address,
            },
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (dom, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(TimeoutMilliseconds))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail("The browser did not come to an end.");
        }
        return new Chromium(
            dom.Result, [.. errors.Result.Split('\n').Where(line => line.Contains("CONSOLE", StringComparison.Ordinal))]);
    }

    static string Find()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var browser = Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        if (browser is null) Assert.Skip($"There is no browser on the PATH ({string.Join(", ", Names)}); Debian's package is chromium.");
        return browser;
    }
}
