using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul.Cpu;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.MatMul;

/// <summary>
/// C = epilogue(beta C + op(A) op(B)) in fp32. A dot product of length K is off by about u sqrt(K) sum |a b|, u = 2^-24; the order of
/// summation depends on the shape and the device alone, so the same call gives the same bits.
/// </summary>
public sealed class MatMul(ComputeDevice device, MatMulPrecision precision = MatMulPrecision.Fp32)
{
    readonly MatMulPrecision precision = precision == MatMulPrecision.Fp32
        ? precision
        : throw new ArgumentException("Products in tf32 need a CUDA device with compute capability 8.0.", nameof(precision));

    readonly Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, MatMulPlan, ArrayView<float>> tile =
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, MatMulPlan, ArrayView<float>>>(MatMulKernels.Tile);

    /// <summary>C = beta C + op(A) op(B).</summary>
    /// <param name="a">op(A) is [M, K].</param>
    /// <param name="b">op(B) is [K, N].</param>
    /// <param name="shape">Sizes, transposes, strides and batch.</param>
    /// <param name="c">[M, N]; overlaps neither A nor B.</param>
    /// <param name="beta">0 overwrites C whatever it held, 1 adds to it.</param>
    /// <exception cref="ArgumentException">A view is shorter than its shape, or strides overlap.</exception>
    public void Multiply(ArrayView<float> a, ArrayView<float> b, MatMulShape shape, ArrayView<float> c, float beta = 0) =>
        Launch(a, b, default, default, shape, MatMulEpilogue.None, beta, c);

    /// <summary>C = beta C + A B + bias, bias being [N].</summary>
    /// <inheritdoc cref="Multiply"/>
    public void MultiplyBias(ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, MatMulShape shape, ArrayView<float> c, float beta = 0) =>
        Launch(a, b, bias, default, shape, MatMulEpilogue.Bias, beta, c);

    /// <summary>preActivation = A B + bias; C = gelu(preActivation), the tanh form (Hendrycks and Gimpel, 2016).</summary>
    /// <inheritdoc cref="Multiply"/>
    public void MultiplyBiasGelu(
        ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, MatMulShape shape, ArrayView<float> preActivation, ArrayView<float> c) =>
        Launch(a, b, bias, preActivation, shape, MatMulEpilogue.BiasGelu, 0, c);

    /// <summary>C = A B + bias + residual; the residual has C's shape and does not overlap it (for that there is beta).</summary>
    /// <inheritdoc cref="Multiply"/>
    public void MultiplyBiasResidual(
        ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, ArrayView<float> residual, MatMulShape shape, ArrayView<float> c) =>
        Launch(a, b, bias, residual, shape, MatMulEpilogue.BiasResidual, 0, c);

    /// <summary>C = (A B) gelu'(preActivation): the gradient through a GELU of what <see cref="MultiplyBiasGelu"/> made.</summary>
    /// <inheritdoc cref="Multiply"/>
    public void MultiplyGeluGradient(ArrayView<float> a, ArrayView<float> b, ArrayView<float> preActivation, MatMulShape shape, ArrayView<float> c) =>
        Launch(a, b, default, preActivation, shape, MatMulEpilogue.GeluGradient, 0, c);

    void Launch(
        ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, ArrayView<float> extra, MatMulShape requested, MatMulEpilogue epilogue,
        float beta, ArrayView<float> c)
    {
        var shape = requested.Resolve();
        long last = shape.Batch - 1;
        Guard.Holds(a, last * shape.StrideA + shape.LengthA);
        Guard.Holds(b, last * shape.StrideB + shape.LengthB);
        Guard.Holds(c, last * shape.StrideC + shape.LengthC);
        bool usesBias = epilogue is not (MatMulEpilogue.None or MatMulEpilogue.GeluGradient);
        bool usesExtra = epilogue is not (MatMulEpilogue.None or MatMulEpilogue.Bias);
        if (usesBias) Guard.Holds(bias, shape.N);
        if (usesExtra) Guard.Holds(extra, shape.LengthC);
        Guard.Require(epilogue == MatMulEpilogue.None || shape.Batch == 1, $"Epilogues take one product; the batch has {shape.Batch}.", nameof(requested));

        var (rows, columns) = device.IsCpu ? CpuTile(shape) : (MatrixTileOnDevice.Tile, MatrixTileOnDevice.Tile);
        var plan = new MatMulPlan(shape, epilogue, beta, rows, columns);
        var config = device.Exactly(checked(shape.Batch * plan.TilesDown * plan.TilesAcross), MatrixTileOnDevice.Threads);
        // Kernels want every view to be valid memory, also those that an epilogue does not read.
        tile(device.Stream, config, a, b, usesBias ? bias : a, usesExtra ? extra : a, plan, c);
    }

    /// <summary>Cuts C so that each worker gets one tile: the cut with the least work on the busiest worker, packing included.</summary>
    (int Rows, int Columns) CpuTile(MatMulShape shape)
    {
        if (shape.Batch >= device.Workers) return (shape.M, shape.N);
        var (blockRows, blockColumns) = CpuMatMul.Block;
        int blocksDown = DivideUp(shape.M, blockRows), blocksAcross = DivideUp(shape.N, blockColumns);
        var best = (Rows: shape.M, Columns: shape.N);
        double leastCost = double.PositiveInfinity;
        for (int down = 1; down <= Math.Min(device.Workers, blocksDown); down++)
        {
            int across = Math.Min(device.Workers / down, blocksAcross);
            int rows = DivideUp(blocksDown, down) * blockRows, columns = DivideUp(blocksAcross, across) * blockColumns;
            // Packing an element costs about as much as 16 multiply-adds in registers.
            double cost = (double)rows * columns + 16.0 * (Math.Min(rows, shape.M) + Math.Min(columns, shape.N));
            if (cost < leastCost) (best, leastCost) = ((rows, columns), cost);
        }
        return best;
    }

    static int DivideUp(int value, int divisor) => (value + divisor - 1) / divisor;
}
