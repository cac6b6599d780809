using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Reports;
using GpuLm.Bench.Results;
using GpuLm.Kernels.Common;
using GpuLm.Models;

namespace GpuLm.Benchmarks.Harness;

/// <summary>Makes the result's rows of what BenchmarkDotNet measured and of what the session noted beside it.</summary>
sealed class KernelRows(KernelSession session)
{
    /// <summary>The row of a case; null where it was cancelled.</summary>
    public ResultRow? Of(BenchmarkReport? report)
    {
        if (report?.BenchmarkCase.Parameters[nameof(KernelBenchmark.Case)] is not KernelCase measured) return null;
        if (session.NoteOf(measured) is not { } note) return null;
        var benchmark = (KernelBenchmark)Activator.CreateInstance(report.BenchmarkCase.Descriptor.Type)!;
        double[] seconds = note.Reason is null ? Seconds(report) : [];
        var work = benchmark.Work(measured, session.Target);
        double bytesPerSecond = measured.Cold ? session.Peaks.BytesPerSecond : session.Caches.Of(work.Bytes);
        var (floor, bound) = work.Floor(session.Peaks, benchmark.IsProduct ? measured.Precision : Precision.Fp32, bytesPerSecond);
        string[] launched = [.. benchmark.Launched(measured, session.Target)];
        return new ResultRow
        {
            Name = measured.Name,
            Labels = Labels(measured, KernelCatalog.Find(launched[0])),
            Seconds = seconds,
            Flops = work.Flops,
            Bytes = work.Bytes,
            FloorSeconds = floor,
            Bound = bound,
            Launches = launched.Length,
            MachineSpeed = note.MachineSpeed,
            Reason = note.Reason ?? (seconds.Length == 0 ? "BenchmarkDotNet measured nothing" : null),
            Refused = note.Refused,
        };
    }

    /// <summary>Seconds of one call in each iteration that counts.</summary>
    static double[] Seconds(BenchmarkReport report) =>
    [
        .. report.AllMeasurements.Where(m => m.IterationMode == IterationMode.Workload && m.IterationStage == IterationStage.Result)
            .Select(m => m.Nanoseconds / m.Operations / 1e9),
    ];

    static Dictionary<string, string> Labels(KernelCase measured, KernelEntry entry) => new()
    {
        ["kernel"] = measured.Kernel,
        ["model"] = measured.Model,
        ["shape"] = $"{measured.Sizes}",
        ["sizes"] = measured.Sizes.Names,
        ["precision"] = measured.PrecisionName,
        ["configuration"] = measured.Configuration ?? "",
        ["cache"] = measured.Cache,
        ["operation"] = entry.Operation,
    };
}
