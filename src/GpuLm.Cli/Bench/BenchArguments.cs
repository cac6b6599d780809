using System.CommandLine;
using GpuLm.Bench;
using GpuLm.Bench.Results;

namespace GpuLm.Cli.Bench;

/// <summary>What the commands that measure have in common.</summary>
static class BenchArguments
{
    public static EffortOptions Effort() => new();

    public static Option<string?> Out() => new("--out")
    {
        Description = "Folder for the result, which is kept: nothing is measured with uncommitted changes or from a Debug build.",
        HelpName = "DIR",
    };

    /// <summary>The command that repeats a run.</summary>
    public static string Command(ParseResult parsed) => $"gpulm {string.Join(' ', parsed.Tokens.Select(token => token.Value))}";

    /// <summary>Shows a result's sections.</summary>
    public static void Write(this Terminal terminal, SuiteResult result)
    {
        var environment = result.Environment;
        string workers = environment.Device.IsGpu ? "multiprocessors" : "threads";
        terminal.Out.WriteLine($"device   {environment.Device}, {environment.Workers} {workers}");
        terminal.Out.WriteLine(
            $"ceilings {Units.Flops(environment.Peaks.FlopsPerSecond)} in fp32, {Units.Bytes(environment.Peaks.BytesPerSecond)}/s");
        foreach (var section in result.Sections)
        {
            terminal.Out.WriteLine();
            terminal.Out.WriteLine(section.Title);
            if (section.Text.Length > 0) terminal.Out.WriteLine(section.Text);
            if (section.Table is { Rows.Count: > 0 } table) terminal.Write(table);
        }
    }

    /// <summary>How thoroughly a command measures.</summary>
    public sealed record EffortOptions
    {
        public Option<bool> Quick { get; } = new("--quick") { Description = "Fewer rounds: within about a minute." };

        public Option<bool> Tiny { get; } =
            new("--tiny") { Description = "Once at sizes that take no time, to see that everything works; the figures mean nothing." };

        public Effort Of(ParseResult parsed) =>
            parsed.GetValue(Tiny) ? GpuLm.Bench.Effort.Tiny : parsed.GetValue(Quick) ? GpuLm.Bench.Effort.Quick : GpuLm.Bench.Effort.Full;
    }
}
