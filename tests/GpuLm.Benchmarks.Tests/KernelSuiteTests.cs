using GpuLm.Bench.Results;
using GpuLm.Bench;
using GpuLm.Benchmarks.Harness;
using GpuLm.Models;
using GpuLm.Tests;
using Xunit;

namespace GpuLm.Benchmarks.Tests;

/// <summary>The suite through BenchmarkDotNet, in process, at tiny sizes on the CPU.</summary>
public class KernelSuiteTests
{
    [Fact]
    public void Every_benchmark_runs_once_and_lands_in_the_result()
    {
        using var folder = new TemporaryFolder();
        var result = KernelSuite.Run(Sessions.Options(), folder: folder.Path);
        Assert.Equal(
            KernelSuite.CasesOf(Targets.Cpu, Effort.Tiny).Select(measured => measured.Name).Order(),
            result.Rows.Select(row => row.Name).Order());
        Assert.All(result.Rows, row =>
        {
            Assert.Null(row.Reason);
            Assert.True(row.Samples is { Median: > 0 } && row.FloorSeconds > 0 && row.MachineSpeed > 0 && row.Launches > 0, row.Name);
        });
        SuiteFile.Write(folder.Path, result);
        var read = SuiteFile.Read(SuiteFile.PathIn(folder.Path, "kernels"));
        Assert.Equal(result.Rows.Select(row => row.Name), read.Rows.Select(row => row.Name));
        Assert.True(read.Environment.Tiny);
        Assert.Contains(
            "of ceiling", File.ReadAllText(Path.Combine(folder.Path, "kernels-benchmarkdotnet.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_takes_cases_by_name()
    {
        var result = KernelSuite.Run(Sessions.Options(), filter: "LayerNorm.F*");
        Assert.Equal(["LayerNorm.Forward", "LayerNorm.ForwardOfSum"], result.Rows.Select(row => row.Labels["kernel"]).Order());
        var several = KernelSuite.Run(Sessions.Options(), filter: "Gelu.Tanh *,*abacus*,LayerNorm.Forward *");
        Assert.Equal(["Gelu.Tanh", "LayerNorm.Forward"], several.Rows.Select(row => row.Labels["kernel"]).Order());
        var error = Assert.Throws<GpuLmException>(() => KernelSuite.Run(Sessions.Options(), filter: "*abacus*"));
        Assert.Contains("abacus", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_right_kernel_is_timed() => Assert.True(Planted(Fault.None).Samples!.Median > 0);

    [Theory]
    [InlineData(Fault.WrongValue, "y[99] is 0, not")]
    [InlineData(Fault.WritesNothing, "y[0] is NaN, not")]
    [InlineData(Fault.WrongLater, "y[99] is 0, not")]
    [InlineData(Fault.ChecksNothing, "no output was compared")]
    public void Sabotage_a_wrong_kernel_is_refused(Fault fault, string reason)
    {
        var row = Planted(fault);
        Assert.True(row.Refused);
        Assert.Empty(row.Seconds);
        Assert.StartsWith(reason, row.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_that_throws_is_reported_and_not_refused()
    {
        var row = Planted(Fault.Throws);
        Assert.False(row.Refused);
        Assert.Equal("out of luck", row.Reason);
    }

    [Fact]
    public void Cold_launches_go_round_more_buffers_than_a_cache_holds()
    {
        const int cacheBytes = 10_000, copies = 17;
        PlantedBenchmark.Fault = Fault.None;
        using var session = Sessions.OnCpu(Targets.Cpu with { CacheBytes = cacheBytes });
        var benchmark = new PlantedBenchmark();
        benchmark.Case = new KernelCase(benchmark.Kernel, "any", new(("elements", 100)), Precision.Fp32, null, Cold: true);
        benchmark.SetUp();
        PlantedBenchmark.Copies.Clear();
        for (int i = 0; i < 2 * copies; i++) benchmark.Launch();
        Assert.Equal(Enumerable.Range(0, copies).Concat(Enumerable.Range(0, copies)), PlantedBenchmark.Copies);
        Assert.True(copies * benchmark.Work(benchmark.Case, session.Target).Bytes > 2 * cacheBytes);
        benchmark.CleanUp();
        Assert.Null(session.NoteOf(benchmark.Case)!.Reason);
    }

    [Fact]
    public void What_was_cancelled_leaves_no_row()
    {
        using var session = Sessions.OnCpu(cancellation: new CancellationToken(canceled: true));
        Assert.Empty(KernelSuite.Run(session, [typeof(PlantedBenchmark)]).Rows);
    }

    static ResultRow Planted(Fault fault)
    {
        PlantedBenchmark.Fault = fault;
        using var session = Sessions.OnCpu();
        return Assert.Single(KernelSuite.Run(session, [typeof(PlantedBenchmark)]).Rows);
    }
}
