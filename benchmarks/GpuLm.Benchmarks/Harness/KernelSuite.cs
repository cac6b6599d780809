using System.Reflection;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using GpuLm.Bench;
using GpuLm.Bench.Results;

namespace GpuLm.Benchmarks.Harness;

/// <summary>The suite <c>kernels</c>: every benchmark class of this program, run by BenchmarkDotNet in this process.</summary>
public static class KernelSuite
{
    /// <summary>One class for each kernel and direction.</summary>
    public static IReadOnlyList<Type> Classes { get; } =
    [
        .. typeof(KernelSuite).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(KernelBenchmark)) && !type.IsAbstract)
            .OrderBy(type => type.Name, StringComparer.Ordinal),
    ];

    /// <summary>All cases of an effort on a device, class by class.</summary>
    public static IEnumerable<KernelCase> CasesOf(Target target, Effort effort) =>
        Classes.SelectMany(type => CaseList.Of((KernelBenchmark)Activator.CreateInstance(type)!, target, effort));

    /// <summary>Measures all cases of an effort.</summary>
    /// <param name="options">What is measured.</param>
    /// <param name="filter">Of the cases whose name matches this glob; null for all.</param>
    /// <param name="folder">Where BenchmarkDotNet's own table is written; null for nowhere.</param>
    /// <exception cref="GpuLmException">No case matches, or BenchmarkDotNet refuses to run.</exception>
    public static SuiteResult Run(BenchOptions options, string? filter = null, string? folder = null)
    {
        using var session = KernelSession.Open(options);
        return Run(session, Classes, filter, folder);
    }

    /// <summary>Measures the cases of some classes in a session.</summary>
    internal static SuiteResult Run(KernelSession session, IReadOnlyList<Type> classes, string? filter = null, string? folder = null)
    {
        var environment = EnvironmentProbe.Begin(session.Options, session.Device, session.Peaks);
        var rows = new KernelRows(session);
        var log = new AccumulationLogger();
        var config = Measurements.ConfigOf(session.Options.Effort, filter, rows, session.Options.Progress).AddLogger(log);
        BenchmarkRunInfo[] runs =
        [
            .. classes.Where(type => HasCases(type, session))
                .Select(type => BenchmarkConverter.TypeToBenchmarks(type, config)).Where(run => run.BenchmarksCases.Length > 0),
        ];
        if (runs.Length == 0) throw new GpuLmException($"No kernel benchmark for this device is called '{filter}'. Name another: --list.");
        var summaries = BenchmarkRunner.Run(runs);
        session.MeasureCeilingsAgain();
        // It makes this folder also where it has nothing to put there.
        if (Directory.Exists(config.ArtifactsPath)) Directory.Delete(config.ArtifactsPath, recursive: true);
        ResultRow[] measured = [.. summaries.SelectMany(summary => summary.Reports).Select(rows.Of).OfType<ResultRow>()];
        if (measured.Length == 0 && !session.Options.Cancellation.IsCancellationRequested)
        {
            throw new GpuLmException($"BenchmarkDotNet measured nothing: {log.GetLog().TrimEnd()}");
        }
        if (folder is not null) Export(summaries, folder);
        return new SuiteResult("kernels", EnvironmentProbe.End(environment with { Peaks = session.Peaks }), measured, [About]);
    }

    static Section About { get; } = new(
        "How kernels are measured",
        "A call is a launch and the wait for it; buffers are allocated, filled and verified outside its time, before and after. Warm calls "
        + "work on the same buffers, cold ones in turn on so many that twice the device's last cache could not hold them. The ceiling of a "
        + "call is the largest of its arithmetic at the measured peak, its bytes (each input and output once) at the measured bandwidth, "
        + "and an empty launch. The bandwidth is that of memory for a cold call; for a warm one it is that of a triad whose three arrays "
        + "have the same size together, launched again and again, so its data comes from the same caches.");

    static void Export(IEnumerable<Summary> summaries, string folder)
    {
        Directory.CreateDirectory(folder);
        using var file = new StreamLogger(Path.Combine(folder, "kernels-benchmarkdotnet.md"));
        foreach (var summary in summaries) MarkdownExporter.GitHub.ExportToLog(summary, file);
    }

    static bool HasCases(Type type, KernelSession session) =>
        CaseList.Of((KernelBenchmark)Activator.CreateInstance(type)!, session.Target, session.Options.Effort).Any();
}
