using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BenchmarkDotNet.Validators;
using GpuLm.Bench;
using Perfolizer.Horology;
using Perfolizer.Mathematics.OutlierDetection;

namespace GpuLm.Benchmarks.Harness;

/// <summary>How BenchmarkDotNet measures: in this process, where the device is already open, and as long as the effort asks for.</summary>
static class Measurements
{
    /// <summary>Warm-up and pilot go on until .NET has replaced its first, slow code; every iteration that follows counts.</summary>
    public static Job JobOf(Effort effort)
    {
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithUnrollFactor(1).WithMinInvokeCount(1)
            .WithGcForce(false).WithEvaluateOverhead(false).WithOutlierMode(OutlierMode.DontRemove).DontEnforcePowerPlan();
        return effort switch
        {
            Effort.Tiny => job.WithStrategy(RunStrategy.ColdStart).WithWarmupCount(0).WithIterationCount(1).WithInvocationCount(1),
            Effort.Quick => job.WithIterationTime(TimeInterval.FromMilliseconds(20)).WithWarmupCount(3).WithIterationCount(9),
            _ => job.WithIterationTime(TimeInterval.FromMilliseconds(100)).WithWarmupCount(8).WithIterationCount(15),
        };
    }

    /// <summary>The configuration of a run.</summary>
    public static ManualConfig ConfigOf(Effort effort, string? filter, KernelRows rows, Action<string> say)
    {
        var config = ManualConfig.CreateEmpty().AddJob(JobOf(effort)).AddEventProcessor(new Progress(rows, say))
            .AddColumnProvider(DefaultColumnProviders.Descriptor, DefaultColumnProviders.Params, DefaultColumnProviders.Statistics)
            .AddColumn(RowColumn.All(rows))
            .WithOptions(ConfigOptions.JoinSummary | ConfigOptions.DisableLogFile)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), $"gpulm-benchmarks-{Environment.ProcessId}"))
            .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(100));
        if (filter is not null)
        {
            config.AddFilter(new GlobFilter([.. filter.Split(',').SelectMany(glob => (string[])[$"*Case: {glob})", $"*Case: {glob}*"])]));
        }
        return config;
    }
}
