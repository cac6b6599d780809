using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Proof.Cases;

/// <summary>C = op(A) op(B).</summary>
sealed class MatMulCase : ProofCase
{
    readonly MatMulShape shape;
    readonly MatMul matMul;
    readonly ArrayView<float> a, b, c;
    readonly Numbers numbersA, numbersB;

    public MatMulCase(ComputeDevice device, CaseSpec spec) : base(device, Precision.Fp32)
    {
        shape = new MatMulShape(spec.Shape[0], spec.Shape[1], spec.Shape[2], spec.Variant[0] == 'T', spec.Variant[1] == 'T');
        matMul = new MatMul(device);
        (a, numbersA) = Input((long)shape.M * shape.K);
        (b, numbersB) = Input((long)shape.K * shape.N);
        c = Output<float>((long)shape.M * shape.N);
    }

    public override Work Work => Work.Flops(shape.Flops);

    public override void Launch() => matMul.Multiply(a, b, shape, c);

    protected override IEnumerable<Expected> Sample() => Sample(shape, numbersA, numbersB, From(c));

    /// <summary>Elements in the corners and elsewhere, each the dot product of a row and a column.</summary>
    IEnumerable<Expected> Sample(MatMulShape shape, Numbers a, Numbers b, Func<long, float> c)
    {
        float[] row = new float[shape.K], column = new float[shape.K];
        foreach (int i in Some(shape.M, 8))
        {
            for (int k = 0; k < shape.K; k++) row[k] = a[shape.TransposeA ? (long)k * shape.M + i : (long)i * shape.K + k];
            foreach (int j in Some(shape.N, 8))
            {
                for (int k = 0; k < shape.K; k++) column[k] = b[shape.TransposeB ? (long)j * shape.K + k : (long)k * shape.N + j];
                var dot = MatMulReference.Multiply(row, column, 1, 1, shape.K, transposeA: false, transposeB: false);
                yield return Element("C", c, (long)i * shape.N + j, dot, 0, shape.K);
            }
        }
    }
}
