using System.Text.RegularExpressions;
using GpuLm.Devices;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Probe;
using GpuLm.Models;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Tests.Devices;

/// <summary>The peaks of tensor cores, on a device without a GPU: whether they are measured and checked, not how high they are.</summary>
public class TensorCoreProbeTests
{
    static readonly DevicePeaks Peaks = new(1e12, 1e12, 1e11, 1e11, 1e-5);

    [Fact]
    public void A_device_without_tensor_cores_has_none_of_their_peaks()
    {
        var device = TestDevices.Get("cpu");
        var peaks = TensorCoreProbe.AddTo(Peaks, device, new Probe(device));
        Assert.Equal(Peaks, peaks);
        Assert.Equal(1e12, peaks.FlopsPerSecondIn(Precision.Fp32));
        Assert.True(double.IsNaN(peaks.FlopsPerSecondIn(Precision.Bf16)));
    }

    [Fact]
    public void Hopper_is_measured_by_both_instructions()
    {
        var peaks = Measure(9);
        Assert.InRange(peaks.FlopsPerSecondIn(Precision.Tf32), 1, 1e15);
        Assert.InRange(peaks.FlopsPerSecondIn(Precision.Bf16), 1, 1e15);
        Assert.Contains(peaks.Bf16Instruction, (string[])["mma.sync", "wgmma"]);
    }

    [Fact]
    public void Sabotage_a_wrong_wgmma_leaves_the_figure_of_mma() =>
        Assert.Equal("mma.sync", Measure(9, "wgmma.mma_async").Bf16Instruction);

    [Fact]
    public void Sabotage_a_wrong_mma_is_an_error() =>
        Assert.Contains("wrong product", Assert.Throws<InvalidOperationException>(() => Measure(8, "mma.sync")).Message, default);

    /// <summary>The peaks of a device of one multiprocessor, whose kernels lack the first instruction of a kind.</summary>
    static DevicePeaks Measure(int major, string? leftOut = null)
    {
        using var device = InterpretedCuda.Open(major, multiprocessors: 1, sabotage: ptx =>
            leftOut is null ? ptx : new Regex($@"\t{leftOut}[^\n]*\n").Replace(ptx, "", 1));
        return TensorCoreProbe.AddTo(Peaks, device, new Probe(device));
    }
}
