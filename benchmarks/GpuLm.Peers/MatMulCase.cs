using System.Runtime.InteropServices;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul;
using ILGPU;
using ILGPU.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace GpuLm.Peers;

/// <summary>One product, C = op(A) op(B), of the same numbers in PyTorch and in GpuLm; both write to memory that they have.</summary>
sealed class MatMulCase : IDisposable
{
    const double UnitRoundoff = 1.0 / (1 << 24);
    readonly ComputeDevice device;
    readonly MatMul matMul;
    readonly MatMulShape shape;
    readonly float[] a, b;
    readonly Tensor torchA, torchB, torchC;
    readonly MemoryBuffer1D<float, Stride1D.Dense> ourA, ourB, ourC;

    public MatMulCase(ComputeDevice device, MatMul matMul, MatMulShape shape)
    {
        (this.device, this.matMul, this.shape) = (device, matMul, shape);
        a = Uniform(1, (long)shape.M * shape.K);
        b = Uniform(2, (long)shape.K * shape.N);
        ourA = device.Accelerator.Allocate1D(a);
        ourB = device.Accelerator.Allocate1D(b);
        ourC = device.Allocate<float>((long)shape.M * shape.N);
        torchA = Matrix(a, shape.M, shape.K, shape.TransposeA);
        torchB = Matrix(b, shape.K, shape.N, shape.TransposeB);
        torchC = zeros(shape.M, shape.N);
    }

    public void Torch() => torchC.addmm_(torchA, torchB, beta: 0, alpha: 1);

    public void Ours()
    {
        matMul.Multiply(ourA.View, ourB.View, shape, ourC.View);
        device.Synchronize();
    }

    /// <summary>Holds a sample of both results to a sum in double: 4 u sqrt(K) sum|a b|.</summary>
    /// <exception cref="InvalidOperationException">A side computed something else.</exception>
    public void Verify()
    {
        Torch();
        Ours();
        var numbers = new SeededNumbers(3);
        foreach (int row in (int[])[0, shape.M - 1, .. numbers.Tokens(6, shape.M)])
        {
            using var torchRow = torchC[row];
            float[] torchValues = Floats(torchRow), ourValues = new float[shape.N];
            ourC.View.SubView((long)row * shape.N, shape.N).CopyToCPU(device.Stream, ourValues);
            device.Synchronize();
            foreach (int column in (int[])[0, shape.N - 1, .. numbers.Tokens(30, shape.N)])
            {
                var (value, magnitude) = Dot(row, column);
                double limit = 4 * UnitRoundoff * Math.Sqrt(shape.K) * magnitude;
                Hold("PyTorch", torchValues[column]);
                Hold("GpuLm", ourValues[column]);

                void Hold(string side, float found)
                {
                    if (Math.Abs(found - value) <= limit) return;
                    throw new InvalidOperationException($"{side}, {shape}: C[{row}, {column}] is {found}, not {value} (limit {limit:g3}).");
                }
            }
        }
    }

    public void Dispose()
    {
        foreach (IDisposable held in (IDisposable[])[torchA, torchB, torchC, ourA, ourB, ourC]) held.Dispose();
    }

    (double Value, double Magnitude) Dot(int row, int column)
    {
        double value = 0, magnitude = 0;
        for (int k = 0; k < shape.K; k++)
        {
            double term = (double)a[shape.TransposeA ? (long)k * shape.M + row : (long)row * shape.K + k]
                * b[shape.TransposeB ? (long)column * shape.K + k : (long)k * shape.N + column];
            value += term;
            magnitude += Math.Abs(term);
        }
        return (value, magnitude);
    }

    /// <summary>A view of [rows, columns]; a transposed one lies in memory as [columns, rows].</summary>
    static Tensor Matrix(float[] values, int rows, int columns, bool transposed)
    {
        using var scope = NewDisposeScope();
        var matrix = transposed ? empty(columns, rows) : empty(rows, columns);
        matrix.bytes = MemoryMarshal.AsBytes(values.AsSpan());
        return (transposed ? matrix.t() : matrix).MoveToOuterDisposeScope();
    }

    static float[] Uniform(ulong seed, long count)
    {
        var numbers = new SeededNumbers(seed);
        var values = new float[count];
        for (long i = 0; i < count; i++) values[i] = (float)(2 * numbers.Uniform() - 1);
        return values;
    }

    static float[] Floats(Tensor tensor) => GpuLm.Peers.Torch.TorchGpt.Floats(tensor);
}
