using GpuLm.Devices;
using GpuLm.Kernels.Common;
using GpuLm.Reference;
using ILGPU;
using ILGPU.Runtime;
using Xunit;

namespace GpuLm.Proof.Tests;

/// <summary>Sabotage: what computes something wrong, or nothing, must not be timed.</summary>
public sealed class CaseRunnerTests : IDisposable
{
    static readonly CaseSpec Spec = new("planted", "planted", "", [100]);
    readonly DeviceCatalog catalog = new();
    readonly ComputeDevice device;

    public CaseRunnerTests() => device = catalog.Open("cpu");

    public void Dispose()
    {
        device.Dispose();
        catalog.Dispose();
    }

    [Fact]
    public void A_right_kernel_is_timed()
    {
        var result = Measure(Fault.None);
        Assert.Null(result.Reason);
        Assert.True(result.Milliseconds > 0);
    }

    [Theory]
    [InlineData(Fault.WrongValue)]
    [InlineData(Fault.WritesNothing)]
    [InlineData(Fault.WrongLater)]
    public void Sabotage_a_wrong_kernel_is_refused(Fault fault)
    {
        var result = Measure(fault);
        Assert.True(result.Refused, result.Reason);
        Assert.Equal(0, result.Rate);
    }

    [Fact]
    public void A_kernel_that_throws_is_reported()
    {
        var result = Measure(Fault.Throws);
        Assert.False(result.Refused);
        Assert.Contains("out of luck", result.Reason, StringComparison.Ordinal);
    }

    CaseResult Measure(Fault fault) =>
        CaseRunner.Measure(new CaseResult(1, Spec.Name, $"{Spec}", "fp32"), device, () => new Planted(device, Spec, fault), TimeSpan.Zero);

    public enum Fault
    {
        None,
        WrongValue,
        WritesNothing,
        WrongLater,
        Throws,
    }

    /// <summary>A copy with a fault.</summary>
    sealed class Planted : ProofCase
    {
        readonly ArrayView<float> x, y;
        readonly Numbers numbers;
        readonly Fault fault;
        int launches;

        public Planted(ComputeDevice device, CaseSpec spec, Fault fault) : base(device, Precision.Fp32)
        {
            this.fault = fault;
            (x, numbers) = Input(spec.Shape[0]);
            y = Output<float>(x.Length);
        }

        public override Work Work => Work.Bytes(8.0 * x.Length);

        public override void Launch()
        {
            launches++;
            if (fault == Fault.Throws) throw new InvalidOperationException("out of luck");
            if (fault == Fault.WritesNothing) return;
            x.CopyTo(Device.Stream, y);
            if (fault == Fault.WrongValue || (fault == Fault.WrongLater && launches > 1)) y.SubView(99, 1).MemSetToZero(Device.Stream);
        }

        protected override IEnumerable<Expected> Sample()
        {
            foreach (int i in Some((int)x.Length, 3))
            {
                var oracle = new Oracle(1);
                oracle.Set(0, numbers[i]);
                yield return Element("y", From(y), i, oracle, 0, 1);
            }
        }
    }
}
