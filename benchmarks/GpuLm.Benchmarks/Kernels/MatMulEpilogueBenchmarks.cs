using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul;
using GpuLm.Models;
using GpuLm.Reference;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>Products with what training does to them before they are stored.</summary>
public abstract class EpilogueMatMul : MatMulBenchmark
{
    public override int QuickShapes => 1;

    public override bool IsUsedBy(ModelShape model) => !model.IsLlama;

    /// <summary>A weight's product from so many channels to so many.</summary>
    protected static IEnumerable<Sizes> Layer(Workload workload, int inputs, int outputs) =>
        [new(("M", workload.Tokens), ("N", outputs), ("K", inputs))];
}

/// <summary>C = A B + bias: queries, keys and values.</summary>
public class MatMulBias : EpilogueMatMul
{
    public override string Kernel => "MatMul.Bias";

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
        Layer(workload, workload.Model.Channels, workload.Model.Qkv);

    protected override PreparedCall Prepare(Buffers buffers, MatMul matMul, Operands operands, Tensor c)
    {
        var (bias, hostBias) = buffers.InputFp32(operands.Shape.N);
        return new(
            () => matMul.MultiplyBias(operands.A, operands.B, bias, operands.Shape, c),
            () => Sample(buffers, operands, "C", c, (_, j, dot) => MatMulReference.AddBias(dot, [hostBias[j]])));
    }
}

/// <summary>C = gelu(A B + bias), keeping A B + bias: the MLP's first layer.</summary>
public class MatMulBiasGelu : EpilogueMatMul
{
    public override string Kernel => "MatMul.BiasGelu";

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
        Layer(workload, workload.Model.Channels, workload.Model.Hidden);

    protected override PreparedCall Prepare(Buffers buffers, MatMul matMul, Operands operands, Tensor c)
    {
        var (bias, hostBias) = buffers.InputFp32(operands.Shape.N);
        var preActivation = buffers.Output(c.Length);
        return new(
            () => matMul.MultiplyBiasGelu(operands.A, operands.B, bias, operands.Shape, preActivation, c),
            () => Sample(buffers, operands, "preActivation", preActivation, PreActivation)
                .Concat(Sample(buffers, operands, "C", c, (i, j, dot) => MatMulReference.Gelu(PreActivation(i, j, dot)))));

        Oracle PreActivation(int i, int j, Oracle dot) => MatMulReference.AddBias(dot, [hostBias[j]]);
    }
}

/// <summary>C = A B + bias + residual: the MLP's second layer, attention's projection.</summary>
public class MatMulBiasResidual : EpilogueMatMul
{
    public override string Kernel => "MatMul.BiasResidual";

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
        Layer(workload, workload.Model.Hidden, workload.Model.Channels);

    protected override PreparedCall Prepare(Buffers buffers, MatMul matMul, Operands operands, Tensor c)
    {
        var (bias, hostBias) = buffers.InputFp32(operands.Shape.N);
        var (residual, hostResidual) = buffers.Input(c.Length);
        return new(
            () => matMul.MultiplyBiasResidual(operands.A, operands.B, bias, residual, operands.Shape, c),
            () => Sample(buffers, operands, "C", c, (i, j, dot) =>
                MatMulReference.AddBias(dot, [hostBias[j]], [hostResidual[(long)i * operands.Shape.LeadingC + j]])));
    }
}

/// <summary>C = (A B^T) gelu'(preActivation): the gradient through the MLP's second layer and its GELU.</summary>
public class MatMulGeluGradient : EpilogueMatMul
{
    public override string Kernel => "MatMul.GeluGradient";

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
        Layer(workload, workload.Model.Channels, workload.Model.Hidden);

    protected override bool TransposeB => true;

    protected override PreparedCall Prepare(Buffers buffers, MatMul matMul, Operands operands, Tensor c)
    {
        var (preActivation, hostPreActivation) = buffers.Input(c.Length);
        return new(
            () => matMul.MultiplyGeluGradient(operands.A, operands.B, preActivation, operands.Shape, c),
            () => Sample(buffers, operands, "C", c, (i, j, dot) =>
                MatMulReference.TimesGeluGradient(dot, [hostPreActivation[(long)i * operands.Shape.LeadingC + j]])));
    }
}
