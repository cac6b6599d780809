using System.CommandLine;
using GpuLm.Bench;

namespace GpuLm.Benchmarks.Commands;

/// <summary>The options of this program.</summary>
sealed class SuiteOptions
{
    public const string All = "all";

    /// <summary>In the order in which they run.</summary>
    public static readonly string[] Suites = ["kernels", "step", "scaling", "peers"];

    public Option<string> Suite { get; } = new("--suite")
    {
        Description = "What is measured: kernels one by one, training steps, how these scale, other software beside them, or all.",
        DefaultValueFactory = _ => All,
    };

    public Option<string> Device { get; } = new("--device")
    {
        Description = "auto, cpu, opencl[:i] or cuda[:i]. Default: auto.", DefaultValueFactory = _ => "auto",
    };

    public Option<bool> Quick { get; } = new("--quick") { Description = "Fewer cases and rounds: a whole report within minutes." };

    public Option<bool> Tiny { get; } = new("--tiny")
    {
        Description = "Everything once at tiny sizes, also from a changed work tree: shows that it works; the figures mean nothing.",
    };

    public Option<DirectoryInfo> Out { get; } = new("--out")
    {
        Description = "Folder for the results and their report. Default: bench-results.",
        DefaultValueFactory = _ => new DirectoryInfo("bench-results"),
    };

    public Option<string?> Filter { get; } = new("--filter")
    {
        Description = "Of the kernels those whose case matches one of these globs: \"*LayerNorm*,MatMul.NN*cold\".",
    };

    public Option<DirectoryInfo?> LlmC { get; } = new("--llmc")
    {
        Description = "A checkout of llm.c, to measure its CPU trainer beside ours.",
    };

    public Option<bool> List { get; } = new("--list") { Description = "Lists the kernels' cases for the device and measures nothing." };

    public SuiteOptions() => Suite.AcceptOnlyFromAmong([.. Suites, All]);

    public RootCommand Command() => new("Measures GpuLm: kernels, training steps, their scaling, and other software beside them.")
    {
        Suite, Device, Quick, Tiny, Out, Filter, LlmC, List,
    };

    /// <summary>The suites that a command line asks for.</summary>
    public IReadOnlyList<string> Chosen(ParseResult parsed) => parsed.GetValue(Suite) is { } one && one != All ? [one] : Suites;

    /// <summary>How thoroughly.</summary>
    public Effort Effort(ParseResult parsed) =>
        parsed.GetValue(Tiny) ? Bench.Effort.Tiny : parsed.GetValue(Quick) ? Bench.Effort.Quick : Bench.Effort.Full;
}
