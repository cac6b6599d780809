using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul;
using GpuLm.Reference;

namespace GpuLm.Proof.Cases;

/// <summary>
/// C = op(A) op(B), in <see cref="ProofCase.Padded"/> rows, which matters to a vocabulary of 50,257. As in a model A^T B, the gradient of a
/// weight, is fp32 also of bf16 operands.
/// </summary>
sealed class MatMulCase : ProofCase
{
    readonly MatMulShape shape;
    readonly MatMul matMul;
    readonly Tensor a, b, c;
    readonly Numbers numbersA, numbersB;

    public MatMulCase(ComputeDevice device, CaseSpec spec, Precision precision) : base(device, precision)
    {
        int m = spec.Shape[0], n = spec.Shape[1], k = spec.Shape[2];
        bool transposeA = spec.Variant[0] == 'T', transposeB = spec.Variant[1] == 'T';
        shape = new MatMulShape(m, n, k, transposeA, transposeB)
        {
            LeadingA = Padded(transposeA ? m : k), LeadingB = Padded(transposeB ? k : n), LeadingC = Padded(n),
        };
        matMul = new MatMul(device);
        (a, numbersA) = Input((long)(transposeA ? k : m) * shape.LeadingA);
        (b, numbersB) = Input((long)(transposeB ? n : k) * shape.LeadingB);
        c = Output((long)m * shape.LeadingC, transposeA ? NumberFormat.Fp32 : precision.Format);
    }

    public override Work Work => Work.Flops(shape.Flops);

    public override void Launch() => matMul.Multiply(a, b, shape, c);

    /// <summary>Elements in the corners and elsewhere, each the dot product of a row and a column.</summary>
    protected override IEnumerable<Expected> Sample()
    {
        float[] row = new float[shape.K], column = new float[shape.K];
        foreach (int i in Some(shape.M, 8))
        {
            for (int k = 0; k < shape.K; k++) row[k] = At(numbersA, shape.LeadingA, shape.TransposeA ? (k, i) : (i, k));
            foreach (int j in Some(shape.N, 8))
            {
                for (int k = 0; k < shape.K; k++) column[k] = At(numbersB, shape.LeadingB, shape.TransposeB ? (j, k) : (k, j));
                var dot = MatMulReference.Multiply(row, column, 1, 1, shape.K, transposeA: false, transposeB: false);
                yield return Element("C", c, (long)i * shape.LeadingC + j, dot, 0, shape.K);
            }
        }
    }

    static float At(Numbers numbers, int leading, (int Row, int Column) at) => numbers[(long)at.Row * leading + at.Column];
}
