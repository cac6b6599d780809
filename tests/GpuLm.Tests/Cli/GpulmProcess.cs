using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace GpuLm.Tests.Cli;

/// <summary>The <c>gpulm</c> command as a process of its own.</summary>
sealed partial class GpulmProcess : IDisposable
{
    /// <summary>The signals of Ctrl-C and of whoever stops a service.</summary>
    public const int Interrupt = 2, Terminate = 15;

    readonly Process process;
    readonly Task<string> errors;

    /// <summary>Starts it.</summary>
    public GpulmProcess(params IEnumerable<string> arguments)
    {
        process = Process.Start(
            new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "GpuLm.Cli.dll"), .. arguments])
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
        errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Reads what it writes up to a line that begins with a word; fails where it ends before.</summary>
    public async Task ReadUntil(string word)
    {
        string? line;
        do
        {
            line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        }
        while (line is not null && !line.StartsWith(word, StringComparison.Ordinal));
        Assert.True(line is not null, $"The process ended before it wrote '{word}'. {(process.HasExited ? await errors : "")}");
    }

    /// <summary>Waits for its end and gives all that it still wrote.</summary>
    public async Task<CliRun> End()
    {
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new CliRun(process.ExitCode, output, await errors);
    }

    /// <summary>Ends it with SIGKILL, which no process can prepare for.</summary>
    public async Task Kill()
    {
        process.Kill();
        await End();
    }

    /// <summary>Sends a signal.</summary>
    public void Send(int signal) => Assert.Equal(0, kill(process.Id, signal));

    public void Dispose() => process.Dispose();

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
