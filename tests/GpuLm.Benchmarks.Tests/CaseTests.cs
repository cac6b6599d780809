using GpuLm.Bench;
using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Benchmarks.Tests;

/// <summary>
/// Every case at tiny sizes, one launch: on the CPU, and without a GPU on an interpreted CUDA device with compute capability 9.0.
/// </summary>
public class CaseTests
{
    /// <summary>An error of this share of an output is to be seen.</summary>
    const double Seen = 0.1;

    static readonly ComputeDevice Cpu = Profiled(Sessions.Options().Open()), Hopper = Profiled(InterpretedCuda.Open(major: 9));

    public static TheoryData<string> CpuCases => [.. CasesOf(Cpu).Select(measured => measured.Name)];

    public static TheoryData<string> HopperCases => [.. CasesOf(Hopper).Select(measured => measured.Name)];

    [Theory, MemberData(nameof(CpuCases))]
    public void A_case_is_right_and_launches_what_it_says(string name) => Check(Cpu, name);

    [Theory, MemberData(nameof(HopperCases))]
    public void A_case_is_right_on_CUDA_too(string name) => Check(Hopper, name);

    static void Check(ComputeDevice device, string name)
    {
        var target = Target.Of(device, 0);
        var (benchmark, measured) = Find(target, name);
        using var buffers = new Buffers(device, measured.Precision);
        var call = benchmark.Prepare(buffers);
        call.Reset?.Invoke();
        buffers.Poison();
        var launches = device.Profile!.Record(call.Launch);
        string[] launched = [.. benchmark.Launched(measured, target)];
        Assert.Equal(launched.Length, launches.Count);
        // Where the launcher itself chooses a cut, which one is not said.
        bool isChosen = measured.Precision != Precision.Fp32 && measured.Configuration is null && benchmark is Kernels.MatMulBenchmark;
        if (!isChosen) Assert.Equal(launched.Select(kernel => KernelCatalog.Find(kernel).Kernel), launches.Select(launch => launch.Kernel));

        Expected[] expected = [.. call.Sample()];
        Assert.All(expected, element => Assert.InRange(element.Read(), element.Value - element.Limit, element.Value + element.Limit));
        // What verification compares with is worth it only if a wrong kernel is further away.
        Assert.True(
            expected.Count(element => element.Limit < Seen * Math.Abs(element.Value)) >= expected.Length / 2,
            $"Of {expected.Length} outputs of {name} most may be off by {Seen} of themselves.");
    }

    static (KernelBenchmark Benchmark, KernelCase Case) Find(Target target, string name)
    {
        var found = from type in KernelSuite.Classes
                    let benchmark = (KernelBenchmark)Activator.CreateInstance(type)!
                    from measured in CaseList.Of(benchmark, target, Effort.Tiny)
                    where measured.Name == name
                    select (benchmark, measured);
        var (chosen, of) = found.First();
        chosen.Case = of;
        return (chosen, of);
    }

    static IEnumerable<KernelCase> CasesOf(ComputeDevice device) => KernelSuite.CasesOf(Target.Of(device, 0), Effort.Tiny);

    static ComputeDevice Profiled(ComputeDevice device)
    {
        device.AttachProfile();
        return device;
    }
}
