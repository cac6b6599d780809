using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Peers.Cases;

using Tensor = TorchSharp.torch.Tensor;

/// <summary>C = op(A) op(B).</summary>
sealed class MatMulCase : OperatorCase
{
    readonly MatMulShape shape;
    readonly MatMul matMul;
    readonly float[] a, b;
    readonly Tensor torchA, torchB, torchC;
    readonly ArrayView<float> ourA, ourB, ourC;

    public MatMulCase(ComputeDevice device, MatMulShape shape)
        : base(device, $"MatMul {Letter(shape.TransposeA)}{Letter(shape.TransposeB)}", $"{shape.M} x {shape.N} x {shape.K}")
    {
        this.shape = shape;
        matMul = new MatMul(device);
        (a, b) = (Numbers(1, (long)shape.M * shape.K), Numbers(2, (long)shape.K * shape.N));
        (ourA, ourB, ourC) = (Upload(a), Upload(b), Output((long)shape.M * shape.N));
        (torchA, torchB) = (Matrix(a, shape.M, shape.K, shape.TransposeA), Matrix(b, shape.K, shape.N, shape.TransposeB));
        torchC = Hold(TorchSharp.torch.zeros(shape.M, shape.N));
    }

    public override double Flops => shape.Flops;

    public override double Bytes => sizeof(float) * ((double)shape.M * shape.K + (double)shape.K * shape.N + (double)shape.M * shape.N);

    public override void Torch() => torchC.addmm_(torchA, torchB, beta: 0, alpha: 1);

    public override void Ours()
    {
        matMul.Multiply(ourA, ourB, shape, ourC);
        Device.Synchronize();
    }

    public override void Verify()
    {
        Torch();
        Ours();
        float[] torch = Read(torchC), ours = Read(ourC), row = new float[shape.K], column = new float[shape.K];
        var numbers = new SeededNumbers(3);
        foreach (int i in (int[])[0, shape.M - 1, .. numbers.Tokens(6, shape.M)])
        {
            for (long k = 0; k < shape.K; k++) row[k] = a[shape.TransposeA ? k * shape.M + i : (long)i * shape.K + k];
            foreach (int j in (int[])[0, shape.N - 1, .. numbers.Tokens(30, shape.N)])
            {
                for (long k = 0; k < shape.K; k++) column[k] = b[shape.TransposeB ? (long)j * shape.K + k : k * shape.N + j];
                var dot = MatMulReference.Multiply(row, column, 1, 1, shape.K, transposeA: false, transposeB: false);
                Require("C", (long)i * shape.N + j, torch, ours, dot, shape.K);
            }
        }
    }

    static char Letter(bool transpose) => transpose ? 'T' : 'N';

    /// <summary>A view of [rows, columns]; a transposed one lies in memory as [columns, rows].</summary>
    Tensor Matrix(float[] values, int rows, int columns, bool transposed) =>
        transposed ? Hold(Tensor(values, columns, rows).t()) : Tensor(values, rows, columns);
}
