using System.Diagnostics;
using GpuLm.Checkpoints;
using GpuLm.Cli;
using Xunit;

namespace GpuLm.Tests.Cli;

/// <summary>Ctrl-C, given to a process of its own.</summary>
public sealed class InterruptionTests
{
    [Fact]
    public async Task Ctrl_C_finishes_the_step_saves_and_exits_with_130()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has no signal that one process can send to another as Ctrl-C.");
        using var folder = new TemporaryFolder();
        using var train = Start(
            "dotnet",
            $"{Path.Combine(AppContext.BaseDirectory, "GpuLm.Cli.dll")} train --layers 1 --heads 2 --channels 16 --context 16 --batch 2 "
            + $"--device cpu --minutes 10 --out {folder["run"]}");
        string? line;
        do
        {
            line = await train.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        }
        while (line is not null && !line.StartsWith("step ", StringComparison.Ordinal));
        using (var kill = Start("kill", $"-INT {train.Id}")) await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        string rest = await train.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await train.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(CommandLine.Interrupted, train.ExitCode);
        Assert.Contains("Stopping after this step", rest, StringComparison.Ordinal);
        var (config, _) = ModelDirectory.Open(folder["run"]);
        Assert.Equal(16, config.Channels);
    }

    static Process Start(string program, string arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
}
