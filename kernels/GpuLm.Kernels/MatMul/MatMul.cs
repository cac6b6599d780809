using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul.Cpu;
using GpuLm.Kernels.MatMul.Cuda;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.MatMul;

using TileLauncher = Action<
    AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, MatMulPlan, ArrayView<float>>;

/// <summary>
/// C = epilogue(beta C + op(A) op(B)). In fp32 a dot product of length K is off by about u sqrt(K) sum |a b|, u = 2^-24; bf16 operands are
/// multiplied exactly on tensor cores and summed in fp32. The order of summation depends on the shape and the device alone, so the same
/// call gives the same bits.
/// </summary>
/// <param name="device">Where products are made. bf16 and tf32 need a CUDA device with tensor cores.</param>
/// <param name="precision">How products of fp32 numbers are made.</param>
/// <param name="configuration">
/// How every product on tensor cores is cut, a <see cref="TensorCoreCut"/>'s name; null for what was measured on the device to be best
/// (<see cref="MatMulTuning"/>), or a rule where nothing was.
/// </param>
public sealed class MatMul(ComputeDevice device, MatMulPrecision precision = MatMulPrecision.Fp32, string? configuration = null)
{
    readonly TensorCoreLauncher? tensorCores = TensorCoresOf(device, precision, configuration);
    TileLauncher? tile;

    /// <summary>C = beta C + op(A) op(B).</summary>
    /// <param name="a">op(A) is [M, K].</param>
    /// <param name="b">op(B) is [K, N].</param>
    /// <param name="shape">
    /// Sizes, transposes, strides and batch. bf16 operands start at multiples of 16 bytes, and so do their rows: leading dimensions are
    /// multiples of 8. Sizes are arbitrary.
    /// </param>
    /// <param name="c">[M, N]; overlaps neither A nor B. Of bf16 operands it may be fp32 or bf16.</param>
    /// <param name="beta">0 overwrites C whatever it held, 1 adds to it.</param>
    /// <exception cref="ArgumentException">
    /// A view is shorter than its shape, strides overlap, or the device cannot multiply the format.
    /// </exception>
    public void Multiply(Tensor a, Tensor b, MatMulShape shape, Tensor c, float beta = 0) =>
        Launch(a, b, default, default, shape, MatMulEpilogue.None, beta, c);

    /// <inheritdoc cref="Multiply(Tensor, Tensor, MatMulShape, Tensor, float)"/>
    public void Multiply(ArrayView<float> a, ArrayView<float> b, MatMulShape shape, ArrayView<float> c, float beta = 0) =>
        Launch(a, b, default, default, shape, MatMulEpilogue.None, beta, c);

    /// <summary>C = beta C + A B + bias, bias being [N].</summary>
    /// <inheritdoc cref="Multiply(Tensor, Tensor, MatMulShape, Tensor, float)"/>
    public void MultiplyBias(Tensor a, Tensor b, ArrayView<float> bias, MatMulShape shape, Tensor c, float beta = 0) =>
        Launch(a, b, bias, default, shape, MatMulEpilogue.Bias, beta, c);

    /// <inheritdoc cref="MultiplyBias(Tensor, Tensor, ArrayView{float}, MatMulShape, Tensor, float)"/>
    public void MultiplyBias(
        ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, MatMulShape shape, ArrayView<float> c, float beta = 0) =>
        Launch(a, b, bias, default, shape, MatMulEpilogue.Bias, beta, c);

    /// <summary>
    /// preActivation = A B + bias; C = gelu(preActivation), the tanh form (Hendrycks and Gimpel, 2016), of the pre-activation as it is
    /// stored: in bf16 of the rounded number.
    /// </summary>
    /// <inheritdoc cref="Multiply(Tensor, Tensor, MatMulShape, Tensor, float)"/>
    public void MultiplyBiasGelu(Tensor a, Tensor b, ArrayView<float> bias, MatMulShape shape, Tensor preActivation, Tensor c) =>
        Launch(a, b, bias, preActivation, shape, MatMulEpilogue.BiasGelu, 0, c);

    /// <inheritdoc cref="MultiplyBiasGelu(Tensor, Tensor, ArrayView{float}, MatMulShape, Tensor, Tensor)"/>
    public void MultiplyBiasGelu(
        ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, MatMulShape shape, ArrayView<float> preActivation,
        ArrayView<float> c) =>
        Launch(a, b, bias, preActivation, shape, MatMulEpilogue.BiasGelu, 0, c);

    /// <summary>
    /// C = A B + bias + residual; the residual has C's shape and format and does not overlap it (for that there is beta).
    /// </summary>
    /// <inheritdoc cref="Multiply(Tensor, Tensor, MatMulShape, Tensor, float)"/>
    public void MultiplyBiasResidual(Tensor a, Tensor b, ArrayView<float> bias, Tensor residual, MatMulShape shape, Tensor c) =>
        Launch(a, b, bias, residual, shape, MatMulEpilogue.BiasResidual, 0, c);

    /// <inheritdoc cref="MultiplyBiasResidual(Tensor, Tensor, ArrayView{float}, Tensor, MatMulShape, Tensor)"/>
    public void MultiplyBiasResidual(
        ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, ArrayView<float> residual, MatMulShape shape, ArrayView<float> c) =>
        Launch(a, b, bias, residual, shape, MatMulEpilogue.BiasResidual, 0, c);

    /// <summary>C = (A B) gelu'(preActivation): the gradient through a GELU of what <c>MultiplyBiasGelu</c> made.</summary>
    /// <inheritdoc cref="Multiply(Tensor, Tensor, MatMulShape, Tensor, float)"/>
    public void MultiplyGeluGradient(Tensor a, Tensor b, Tensor preActivation, MatMulShape shape, Tensor c) =>
        Launch(a, b, default, preActivation, shape, MatMulEpilogue.GeluGradient, 0, c);

    /// <inheritdoc cref="MultiplyGeluGradient(Tensor, Tensor, Tensor, MatMulShape, Tensor)"/>
    public void MultiplyGeluGradient(
        ArrayView<float> a, ArrayView<float> b, ArrayView<float> preActivation, MatMulShape shape, ArrayView<float> c) =>
        Launch(a, b, default, preActivation, shape, MatMulEpilogue.GeluGradient, 0, c);

    internal static bool UsesBias(MatMulEpilogue epilogue) => epilogue is not (MatMulEpilogue.None or MatMulEpilogue.GeluGradient);

    internal static bool UsesExtra(MatMulEpilogue epilogue) => epilogue is not (MatMulEpilogue.None or MatMulEpilogue.Bias);

    void Launch(
        Tensor a, Tensor b, ArrayView<float> bias, Tensor extra, MatMulShape requested, MatMulEpilogue epilogue, float beta, Tensor c)
    {
        var shape = requested.Resolve();
        long last = shape.Batch - 1;
        Guard.Holds(a, last * shape.StrideA + shape.LengthA);
        Guard.Holds(b, last * shape.StrideB + shape.LengthB);
        Guard.Holds(c, last * shape.StrideC + shape.LengthC);
        if (UsesBias(epilogue)) Guard.Holds(bias, shape.N);
        if (UsesExtra(epilogue)) Guard.Holds(extra, shape.LengthC);
        Guard.Require(
            epilogue == MatMulEpilogue.None || shape.Batch == 1, $"Epilogues take one product; the batch has {shape.Batch}.",
            nameof(requested));
        Guard.Require(a.Format == b.Format, $"A is {a.Format} and B {b.Format}; operands have one format. Convert one.", nameof(b));
        Guard.Require(
            a.Format == NumberFormat.Bf16 || c.Format == NumberFormat.Fp32, "The product of fp32 operands is fp32, but C is bf16.",
            nameof(c));
        Guard.Require(
            !UsesExtra(epilogue) || extra.Format == c.Format,
            $"The epilogue's matrix is {extra.Format}, C {c.Format}; they have one format.", nameof(extra));

        if (a.Format == NumberFormat.Bf16)
        {
            Guard.Require(
                tensorCores is not null,
                $"Products of bf16 numbers need a CUDA device with compute capability 8.0 or later; this is {device}. Use fp32 there.",
                nameof(a));
            tensorCores!.Launch(a, b, bias, extra, shape, epilogue, beta, c);
        }
        else if (precision == MatMulPrecision.Tf32 && TensorCoreLauncher.CanCopy(a, b, shape))
        {
            tensorCores!.Launch(a, b, bias, extra, shape, epilogue, beta, c);
        }
        else
        {
            LaunchFp32(a.AsFp32(), b.AsFp32(), bias, UsesExtra(epilogue) ? extra.AsFp32() : default, shape, epilogue, beta, c.AsFp32());
        }
    }

    void LaunchFp32(
        ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, ArrayView<float> extra, MatMulShape shape, MatMulEpilogue epilogue,
        float beta, ArrayView<float> c)
    {
        var (rows, columns) = device.IsCpu ? CpuTile(shape) : (MatrixTileOnDevice.Tile, MatrixTileOnDevice.Tile);
        var plan = new MatMulPlan(shape, epilogue, beta, rows, columns);
        var config = device.Exactly(checked(shape.Batch * plan.TilesDown * plan.TilesAcross), MatrixTileOnDevice.Threads);
        tile ??= device.Load<TileLauncher>(MatMulKernels.Tile);
        // Kernels want every view to be valid memory, also those that an epilogue does not read.
        tile(device.Stream, config, a, b, UsesBias(epilogue) ? bias : a, UsesExtra(epilogue) ? extra : a, plan, c);
    }

    static TensorCoreLauncher? TensorCoresOf(ComputeDevice device, MatMulPrecision precision, string? configuration)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.Cuda is { HasTensorCores: true }) return new TensorCoreLauncher(device, configuration);
        Guard.Require(
            precision != MatMulPrecision.Tf32,
            $"tf32 needs a CUDA device with compute capability 8.0 or later; this is {device}. Use fp32 there.", nameof(precision));
        return null;
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
