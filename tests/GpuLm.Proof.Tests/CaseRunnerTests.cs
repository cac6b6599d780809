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

    [Theory]
    [InlineData("fp32")]
    [InlineData("bf16")]
    public void A_right_kernel_is_timed(string precision)
    {
        var result = Measure(Fault.None, precision);
        Assert.Null(result.Reason);
        Assert.True(result.Milliseconds > 0);
    }

    [Theory]
    [InlineData(Fault.WrongValue, "fp32")]
    [InlineData(Fault.WrongValue, "bf16")]
    [InlineData(Fault.WritesNothing, "fp32")]
    [InlineData(Fault.WritesNothing, "bf16")]
    [InlineData(Fault.WrongLater, "fp32")]
    [InlineData(Fault.WrongLater, "bf16")]
    public void Sabotage_a_wrong_kernel_is_refused(Fault fault, string precision)
    {
        var result = Measure(fault, precision);
        Assert.True(result.Refused, result.Reason);
        Assert.Equal(0, result.Rate);
    }

    [Fact]
    public void A_kernel_that_throws_is_reported()
    {
        var result = Measure(Fault.Throws, "fp32");
        Assert.False(result.Refused);
        Assert.Contains("out of luck", result.Reason, StringComparison.Ordinal);
    }

    CaseResult Measure(Fault fault, string precision) => CaseRunner.Measure(
        new CaseResult(1, Spec.Name, $"{Spec}", precision), device,
        () => new Planted(device, Spec, Precision.Find(precision)!, fault), TimeSpan.Zero);

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
        readonly Tensor x, y;
        readonly Numbers numbers;
        readonly Fault fault;
        int launches;

        public Planted(ComputeDevice device, CaseSpec spec, Precision precision, Fault fault) : base(device, precision)
        {
            this.fault = fault;
            (x, numbers) = Input(spec.Shape[0]);
            y = Output(x.Length);
        }

        public override Work Work => Work.Bytes(2.0 * x.ElementBytes * x.Length);

        public override void Launch()
        {
            launches++;
            if (fault == Fault.Throws) throw new InvalidOperationException("out of luck");
            if (fault == Fault.WritesNothing) return;
            x.AsBytes().CopyTo(Device.Stream, y.AsBytes());
            bool wrong = fault == Fault.WrongValue || (fault == Fault.WrongLater && launches > 1);
            if (wrong) y.SubView(99, 1).AsBytes().MemSetToZero(Device.Stream);
        }

        protected override IEnumerable<Expected> Sample()
        {
            foreach (int i in Some((int)x.Length, 3))
            {
                var oracle = new Oracle(1);
                oracle.Set(0, numbers[i]);
                yield return Element("y", y, i, oracle, 0, 1);
            }
        }
    }
}
