using GpuLm.Bench;
using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Benchmarks.Tests;

/// <summary>Every case on tensor cores, at tiny sizes and without a GPU: on an interpreted CUDA device with compute capability 9.0.</summary>
public class Bf16CaseTests
{
    /// <summary>An error of this share of an output is to be seen.</summary>
    const double Seen = 0.1;

    static readonly ComputeDevice Device = InterpretedCuda.Open(major: 9);

    public static TheoryData<string> Names =>
    [
        .. KernelSuite.CasesOf(Target.Of(Device, 0), Effort.Tiny).Where(measured => measured.Precision != Precision.Fp32)
            .Select(measured => measured.Name),
    ];

    [Theory, MemberData(nameof(Names))]
    public void A_case_is_right(string name)
    {
        var target = Target.Of(Device, 0);
        var (benchmark, measured) = (
            from type in KernelSuite.Classes
            let made = (KernelBenchmark)Activator.CreateInstance(type)!
            from found in CaseList.Of(made, target, Effort.Tiny)
            where found.Name == name
            select (made, found)).First();
        benchmark.Case = measured;
        using var buffers = new Buffers(Device, measured.Precision);
        var call = benchmark.Prepare(buffers);
        call.Reset?.Invoke();
        buffers.Poison();
        call.Launch();
        Device.Synchronize();
        Expected[] expected = [.. call.Sample()];
        Assert.All(expected, element => Assert.InRange(element.Read(), element.Value - element.Limit, element.Value + element.Limit));
        // What verification compares with is worth it only if a wrong kernel is further away.
        Assert.True(
            expected.Count(element => element.Limit < Seen * Math.Abs(element.Value)) >= expected.Length / 2,
            $"Of {expected.Length} outputs of {name} most may be off by {Seen} of themselves.");
    }
}
