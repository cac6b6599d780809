using System.Globalization;
using BenchmarkDotNet.EventProcessors;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using GpuLm.Bench.Results;

namespace GpuLm.Benchmarks.Harness;

/// <summary>Says a line for each case that has been measured.</summary>
sealed class Progress(KernelRows rows, Action<string> say) : EventProcessor
{
    public override void OnEndRunBenchmark(BenchmarkCase benchmarkCase, BenchmarkReport report)
    {
        if (rows.Of(report) is { } row) say(Line(row));
    }

    static string Line(ResultRow row)
    {
        if (row.Samples is not { } samples) return $"{row.Name,-60} {(row.Refused ? "REFUSED" : "failed")}: {row.Reason}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Name,-60} {samples.Median * 1e3,9:f3} ms {row.Flops / samples.Median / 1e9,9:f1} GFLOP/s "
            + $"{row.Bytes / samples.Median / 1e9,7:f1} GB/s {row.ShareOfCeiling,7:p0} of ceiling, spread {samples.Spread:p0}");
    }
}
