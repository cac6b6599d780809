using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Gelu;
using GpuLm.Models;
using GpuLm.Reference;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>GELU on the hidden layer of the MLP.</summary>
public abstract class GeluBenchmark : KernelBenchmark
{
    protected long Length => (long)Case["rows"] * Case["columns"];

    public override bool IsUsedBy(ModelShape model) => !model.IsLlama;

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
        [new(("rows", workload.Tokens), ("columns", workload.Model.Hidden))];

    protected PreparedCall Forward(Buffers buffers, Action<Tensor, Tensor> launch, Func<double[], Oracle> reference)
    {
        var (x, hostX) = buffers.Input(Length);
        var y = buffers.Output(Length);
        return new(
            () => launch(x, y),
            () => Buffers.Some(Length, 40).Select(i => buffers.Element("y", y, i, reference([hostX[i]]), 0, 1)));
    }

    protected PreparedCall Backward(Buffers buffers, Action<Tensor, Tensor, Tensor> launch, Func<double[], double[], Oracle> reference)
    {
        var (dY, hostDY) = buffers.Input(Length);
        var (x, hostX) = buffers.Input(Length);
        var dX = buffers.Output(Length);
        return new(
            () => launch(dY, x, dX),
            () => Buffers.Some(Length, 40).Select(i => buffers.Element("dX", dX, i, reference([hostDY[i]], [hostX[i]]), 0, 1)));
    }
}

/// <summary>The tanh form.</summary>
public class GeluTanh : GeluBenchmark
{
    public override string Kernel => "Gelu.Tanh";

    public override IReadOnlyList<Precision> Precisions => [Precision.Fp32, Precision.Bf16];

    public override PreparedCall Prepare(Buffers buffers)
    {
        var gelu = new Gelu(buffers.Device);
        return Forward(buffers, (x, y) => gelu.Forward(x, Length, y), GeluReference.Forward);
    }
}

/// <summary>The gradient of the tanh form.</summary>
public class GeluTanhBackward : GeluBenchmark
{
    public override string Kernel => "Gelu.TanhBackward";

    public override IReadOnlyList<Precision> Precisions => [Precision.Fp32, Precision.Bf16];

    public override PreparedCall Prepare(Buffers buffers)
    {
        var gelu = new Gelu(buffers.Device);
        return Backward(buffers, (dY, x, dX) => gelu.Backward(dY, x, Length, dX), GeluReference.Backward);
    }
}

/// <summary>The form with the error function.</summary>
public class GeluErf : GeluBenchmark
{
    public override string Kernel => "Gelu.Erf";

    public override PreparedCall Prepare(Buffers buffers)
    {
        var gelu = new Gelu(buffers.Device);
        return Forward(buffers, (x, y) => gelu.ForwardErf(x.AsFp32(), Length, y.AsFp32()), GeluReference.ForwardErf);
    }
}

/// <summary>The gradient of the form with the error function.</summary>
public class GeluErfBackward : GeluBenchmark
{
    public override string Kernel => "Gelu.ErfBackward";

    public override PreparedCall Prepare(Buffers buffers)
    {
        var gelu = new Gelu(buffers.Device);
        return Backward(
            buffers, (dY, x, dX) => gelu.BackwardErf(dY.AsFp32(), x.AsFp32(), Length, dX.AsFp32()), GeluReference.BackwardErf);
    }
}
