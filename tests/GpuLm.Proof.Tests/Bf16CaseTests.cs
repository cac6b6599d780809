using GpuLm.Kernels.Common;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Proof.Tests;

/// <summary>Every case in bf16, on tiny sizes and on a CUDA device of the generation that the proof is run on, without a GPU.</summary>
public class Bf16CaseTests
{
    /// <summary>An error of this share of an output is to be seen.</summary>
    const double Seen = 0.1;

    static readonly Lazy<ComputeDevice> Device = new(() => InterpretedCuda.Open(major: 9));

    public static TheoryData<string> Names =>
    [
        // Cases that differ in their size alone are the same ones here.
        .. CaseList.Built.Cases.Where(spec => spec.Op != "copy")
            .DistinctBy(spec => (spec.Op, spec.Variant, $"{spec.Tiny()}")).Select(spec => spec.Name),
    ];

    [Theory, MemberData(nameof(Names))]
    public void A_case_in_bf16_is_right(string name)
    {
        var spec = CaseList.Built.Cases.Single(spec => spec.Name == name).Tiny();
        Assert.Equal(Precision.Bf16, Variants.Choose(spec.Op, Precision.All, Device.Value));
        using var measured = Variants.Create(Device.Value, spec, Precision.Bf16);
        measured.VerifyFirst();
        measured.Launch();
        measured.VerifyLast();
        Assert.True(measured.Work.Amount > 0);
        // What verification compares with is worth it only if a wrong kernel is further away.
        Assert.True(
            measured.Expectations.Count(e => e.Limit < Seen * Math.Abs(e.Value)) >= measured.Expectations.Count / 2,
            $"Of {measured.Expectations.Count} outputs of {name} most may be off by {Seen} of themselves.");
    }

    [Fact]
    public void A_device_without_tensor_cores_takes_the_next_precision()
    {
        using var catalog = new Devices.DeviceCatalog();
        using var cpu = catalog.Open("cpu");
        Assert.Equal(Precision.Fp32, Variants.Choose("matmul", [Precision.Bf16, Precision.Fp32], cpu));
        Assert.Null(Variants.Choose("matmul", [Precision.Bf16], cpu));
    }
}
