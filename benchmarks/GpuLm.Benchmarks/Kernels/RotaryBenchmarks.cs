using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Rotary;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>Rotary embedding of the queries of a Llama-like model.</summary>
public abstract class RotaryBenchmark : KernelBenchmark
{
    const double ThetaBase = 10_000;

    public override bool IsUsedBy(ModelShape model) => model.IsLlama;

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
        [new(("B", workload.Batch), ("T", workload.Length), ("H", workload.Model.Heads), ("D", workload.Model.HeadSize))];

    public override IEnumerable<string> Launched(KernelCase measured, Target target) => ["Rotary.Rotate"];

    public override KernelSizes CatalogSizes(KernelCase measured) => new(measured["B"] * measured["T"], measured["H"] * measured["D"]);

    protected abstract Oracle Expect(double[] x, int sequence, int heads, int headSize, double thetaBase);

    protected abstract void Rotate(
        Rotary rotary, ArrayView<float> x, RotaryTable table, int batch, int sequence, int heads, ArrayView<float> y);

    public override PreparedCall Prepare(Buffers buffers)
    {
        int batch = Case["B"], length = Case["T"], heads = Case["H"], headSize = Case["D"], width = heads * headSize;
        var rotary = new Rotary(buffers.Device);
        var table = buffers.Own(new RotaryTable(buffers.Device, length, headSize, ThetaBase));
        var (x, hostX) = buffers.InputFp32((long)batch * length * width);
        var y = buffers.OutputFp32(x.Length);
        return new(() => Rotate(rotary, x, table, batch, length, heads, y), Sample);

        IEnumerable<Expected> Sample()
        {
            // Positions begin with each sequence: one is enough.
            long first = (long)(batch - 1) * length * width;
            var oracle = Expect(hostX.Range(first, length * width), length, heads, headSize, ThetaBase);
            return Buffers.Some(oracle.Length, 60).Select(i => buffers.Element("y", y, first + i, oracle, i, 4));
        }
    }
}

/// <summary>Each pair of channels turned by its position's angle.</summary>
public class RotaryForward : RotaryBenchmark
{
    public override string Kernel => "Rotary.Forward";

    protected override Oracle Expect(double[] x, int sequence, int heads, int headSize, double thetaBase) =>
        RotaryReference.Forward(x, sequence, heads, headSize, thetaBase);

    protected override void Rotate(
        Rotary rotary, ArrayView<float> x, RotaryTable table, int batch, int sequence, int heads, ArrayView<float> y) =>
        rotary.Forward(x, table, batch, sequence, heads, heads * table.HeadSize, y);
}

/// <summary>The same backwards, which is the gradient.</summary>
public class RotaryBackward : RotaryBenchmark
{
    public override string Kernel => "Rotary.Backward";

    protected override Oracle Expect(double[] x, int sequence, int heads, int headSize, double thetaBase) =>
        RotaryReference.Backward(x, sequence, heads, headSize, thetaBase);

    protected override void Rotate(
        Rotary rotary, ArrayView<float> x, RotaryTable table, int batch, int sequence, int heads, ArrayView<float> y) =>
        rotary.Backward(x, table, batch, sequence, heads, heads * table.HeadSize, y);
}
