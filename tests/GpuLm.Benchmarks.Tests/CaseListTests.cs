using GpuLm.Bench;
using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Common;
using Xunit;

namespace GpuLm.Benchmarks.Tests;

/// <summary>Which cases are measured.</summary>
public class CaseListTests
{
    [Theory]
    [InlineData(Effort.Tiny)]
    [InlineData(Effort.Quick)]
    [InlineData(Effort.Full)]
    public void Every_kernel_of_the_catalog_is_timed(Effort effort) => Assert.Empty(Untimed(KernelSuite.Classes, effort));

    [Fact]
    public void Sabotage_a_kernel_that_nothing_times_is_found() => Assert.Contains(
        "LayerNorm.ForwardOfSum",
        Untimed([.. KernelSuite.Classes.Where(type => type != typeof(Kernels.LayerNormForwardOfSum))], Effort.Quick));

    [Theory]
    [InlineData(Effort.Quick)]
    [InlineData(Effort.Full)]
    public void Names_are_unique(Effort effort)
    {
        foreach (var target in new[] { Targets.Cpu, Targets.Hopper })
        {
            string[] names = [.. KernelSuite.CasesOf(target, effort).Select(measured => measured.Name)];
            Assert.Equal(names.Distinct(), names);
        }
    }

    [Fact]
    public void A_name_says_what_is_measured() => Assert.Contains(
        "LayerNorm.Forward 256 x 768 fp32 warm", KernelSuite.CasesOf(Targets.Cpu, Effort.Quick).Select(measured => measured.Name));

    [Fact]
    public void What_fits_a_cache_is_measured_warm_and_cold_and_what_does_not_only_cold()
    {
        var caches = KernelSuite.CasesOf(Targets.Cpu, Effort.Quick).ToLookup(measured => $"{measured.Kernel} {measured.Sizes}");
        Assert.Equal(["warm", "cold"], caches["LayerNorm.Forward 256 x 768"].Select(measured => measured.Cache));
        Assert.Equal(["cold"], caches["MatMul.NT 256 x 50257 x 768"].Select(measured => measured.Cache));
    }

    [Fact]
    public void A_quick_run_is_a_selection()
    {
        Assert.InRange(KernelSuite.CasesOf(Targets.Cpu, Effort.Quick).Count(), 80, 140);
        Assert.True(KernelSuite.CasesOf(Targets.Cpu, Effort.Full).Count() > 300);
    }

    [Fact]
    public void Cold_copies_exceed_twice_the_cache()
    {
        foreach (double bytes in new[] { 70_000.0, 1e6, 3e7, 1e9 })
        {
            Assert.True(CaseList.Copies(bytes, Targets.Cpu.CacheBytes) * bytes > 2.0 * Targets.Cpu.CacheBytes);
        }
    }

    /// <summary>Kernels that none of the cases launches on any kind of device.</summary>
    static IEnumerable<string> Untimed(IReadOnlyList<Type> classes, Effort effort)
    {
        var launched = from type in classes
                       let benchmark = (KernelBenchmark)Activator.CreateInstance(type)!
                       from target in new[] { Targets.Cpu, Targets.OpenCL, Targets.Ampere, Targets.Hopper }
                       from measured in CaseList.Of(benchmark, target, effort)
                       from kernel in benchmark.Launched(measured, target)
                       select kernel;
        return KernelCatalog.All.Select(entry => entry.Name).Except(launched);
    }
}
