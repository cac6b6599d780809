using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul;
using GpuLm.Kernels.MatMul.Cuda;
using GpuLm.Models;
using GpuLm.Reference;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>
/// C = epilogue(op(A) op(B)) at the shapes of a model's linear layers and of its logits, rows padded as a model pads them. As in a model
/// the gradient of a weight is fp32 also of bf16 operands.
/// </summary>
public abstract class MatMulBenchmark : KernelBenchmark
{
    const string AnyCut = "128x128";

    public override IReadOnlyList<Precision> Precisions => [Precision.Bf16, Precision.Tf32, Precision.Fp32];

    public override int QuickShapes => 2;

    public override bool IsProduct => true;

    protected virtual bool TransposeA => false;

    protected virtual bool TransposeB => false;

    public override KernelSizes CatalogSizes(KernelCase measured) => new(measured["M"], measured["N"], measured["K"]);

    /// <summary>Where the launcher itself chooses a cut, any one's formula is the work.</summary>
    public override IEnumerable<string> Launched(KernelCase measured, Target target)
    {
        if (measured.Precision == Precision.Fp32) return ["MatMul.Tile"];
        var cut = TensorCoreCut.Parse(measured.Configuration ?? AnyCut);
        string tile = MatMulCatalog.Name(cut.Config, TransposeA, TransposeB, measured.Precision.Format());
        return cut.Splits > 1 ? [tile, "MatMul.SumSplits"] : [tile];
    }

    public override PreparedCall Prepare(Buffers buffers)
    {
        int m = Case["M"], n = Case["N"], k = Case["K"];
        var shape = new MatMulShape(m, n, k, TransposeA, TransposeB)
        {
            LeadingA = Buffers.Padded(TransposeA ? m : k), LeadingB = Buffers.Padded(TransposeB ? k : n), LeadingC = Buffers.Padded(n),
        };
        var matMul = new MatMul(
            buffers.Device, Case.Precision == Precision.Tf32 ? MatMulPrecision.Tf32 : MatMulPrecision.Fp32, Case.Configuration);
        var (a, hostA) = buffers.Input((long)(TransposeA ? k : m) * shape.LeadingA);
        var (b, hostB) = buffers.Input((long)(TransposeB ? n : k) * shape.LeadingB);
        var operands = new Operands(shape, a, hostA, b, hostB);
        return Prepare(buffers, matMul, operands, buffers.Output((long)m * shape.LeadingC, TransposeA ? NumberFormat.Fp32 : null));
    }

    protected abstract PreparedCall Prepare(Buffers buffers, MatMul matMul, Operands operands, Tensor c);

    /// <summary>Elements in the corners and elsewhere, each the dot product of a row and a column with what follows it.</summary>
    protected IEnumerable<Expected> Sample(
        Buffers buffers, Operands operands, string what, Tensor c, Func<int, int, Oracle, Oracle>? finish = null)
    {
        var shape = operands.Shape;
        // Tensor cores need not round sums to the nearest number: four times the terms doubles the limit.
        double terms = Case.Precision == Precision.Fp32 ? shape.K : 4.0 * shape.K;
        return from i in Buffers.Some(shape.M, 8)
               let row = operands.Row(i)
               from j in Buffers.Some(shape.N, 8)
               let dot = MatMulReference.Multiply(row, operands.Column(j), 1, 1, shape.K, transposeA: false, transposeB: false)
               let oracle = finish is null ? dot : finish(i, j, dot)
               select buffers.Element(what, c, (long)i * shape.LeadingC + j, oracle, 0, terms);
    }
}

/// <summary>Both operands of a product, on the device and as the host knows them.</summary>
public sealed record Operands(MatMulShape Shape, Tensor A, Numbers HostA, Tensor B, Numbers HostB)
{
    /// <summary>Row i of op(A).</summary>
    public float[] Row(int i) => Vector(HostA, Shape.LeadingA, k => Shape.TransposeA ? (k, i) : (i, k));

    /// <summary>Column j of op(B).</summary>
    public float[] Column(int j) => Vector(HostB, Shape.LeadingB, k => Shape.TransposeB ? (j, k) : (k, j));

    float[] Vector(Numbers numbers, int leading, Func<int, (int Row, int Column)> at) =>
        [.. Enumerable.Range(0, Shape.K).Select(at).Select(place => numbers[(long)place.Row * leading + place.Column])];
}
