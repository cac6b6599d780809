using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>A product and nothing else.</summary>
public abstract class PlainMatMul : MatMulBenchmark
{
    protected override PreparedCall Prepare(Buffers buffers, MatMul matMul, Operands operands, Tensor c) => new(
        () => matMul.Multiply(operands.A, operands.B, operands.Shape, c), () => Sample(buffers, operands, "C", c));
}

/// <summary>Activations times a weight, [B T, in] [in, out]; and logits times the embedding, the gradient of what made them.</summary>
public class MatMulNN : PlainMatMul
{
    public override string Kernel => "MatMul.NN";

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
    [
        .. LinearLayer.Of(workload).Select(layer => new Sizes(("M", workload.Tokens), ("N", layer.Outputs), ("K", layer.Inputs))),
        new(("M", workload.Tokens), ("N", workload.Model.Channels), ("K", workload.Model.Vocabulary)),
    ];
}

/// <summary>The gradient of a linear layer's input; and the logits, whose weight is the embedding.</summary>
public class MatMulNT : PlainMatMul
{
    public override string Kernel => "MatMul.NT";

    protected override bool TransposeB => true;

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
    [
        new(("M", workload.Tokens), ("N", workload.Model.Vocabulary), ("K", workload.Model.Channels)),
        .. LinearLayer.Of(workload).Select(layer => new Sizes(("M", workload.Tokens), ("N", layer.Inputs), ("K", layer.Outputs))),
    ];
}

/// <summary>The gradient of a weight, fp32 in each precision.</summary>
public class MatMulTN : PlainMatMul
{
    public override string Kernel => "MatMul.TN";

    protected override bool TransposeA => true;

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
    [
        .. LinearLayer.Of(workload).Select(layer => new Sizes(("M", layer.Inputs), ("N", layer.Outputs), ("K", workload.Tokens))),
        new(("M", workload.Model.Vocabulary), ("N", workload.Model.Channels), ("K", workload.Tokens)),
    ];
}

/// <summary>A weight of a block.</summary>
sealed record LinearLayer(int Inputs, int Outputs)
{
    /// <summary>Queries, keys and values; the MLP's second layer and its first; attention's projection.</summary>
    public static IEnumerable<LinearLayer> Of(Workload workload)
    {
        var model = workload.Model;
        return [new(model.Channels, model.Qkv), new(model.Hidden, model.Channels), new(model.Channels, model.Hidden),
            new(model.Heads * model.HeadSize, model.Channels)];
    }
}
