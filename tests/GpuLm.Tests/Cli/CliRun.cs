using GpuLm.Cli;

namespace GpuLm.Tests.Cli;

/// <summary>One run of the <c>gpulm</c> command inside the test's process.</summary>
sealed record CliRun(int ExitCode, string Out, string Error)
{
    public static CliRun Of(params string[] args)
    {
        using StringWriter output = new(), error = new();
        int exitCode = CommandLine.Run(args, new Terminal(output, error, IsInteractive: false));
        return new CliRun(exitCode, output.ToString(), error.ToString());
    }
}
