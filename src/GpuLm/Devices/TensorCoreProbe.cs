using GpuLm.Kernels.Common;
using GpuLm.Kernels.Probe;
using ILGPU.Runtime;

namespace GpuLm.Devices;

/// <summary>
/// Measures what tensor cores reach where nothing but products keeps them busy: the same small matrices over and over, in registers by
/// mma.sync, in shared memory by wgmma.
/// </summary>
/// <remarks>
/// Operands are small whole numbers, so every result is known exactly. They never change, which takes less power than numbers that do: the
/// clock may be higher than in a real product, and the share of this peak that one reaches is rather too small than too large.
/// </remarks>
static class TensorCoreProbe
{
    /// <summary>A sum of 64 products of numbers from -2 to 2, added so often, stays below 2^24 and is exact in fp32.</summary>
    const int MaxIterations = 1 << 16;

    const int FewestIterations = 16, Largest = 2, Rows = 16, Columns = 8, Bf16Depth = 16, Tf32Depth = 8;
    const int WarpGroupRows = 128, WarpGroupColumns = 256, WarpGroupDepth = 64;
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.05), Measured = TimeSpan.FromSeconds(0.15);

    /// <summary>The peaks with those of tensor cores, where the device has any.</summary>
    /// <exception cref="InvalidOperationException">The device computed something wrong.</exception>
    public static DevicePeaks AddTo(DevicePeaks peaks, ComputeDevice device, Probe probe)
    {
        if (device.Cuda is not { HasTensorCores: true } cuda) return peaks;
        double tf32 = Required(Tf32(device, probe), "tf32"), bf16 = Required(Bf16(device, probe), "bf16");
        // What no Hopper has run yet is not trusted blindly: if its result is wrong, mma.sync's figure stands.
        double? wgmma = cuda.IsHopper ? WarpGroup(device, probe) : null;
        return peaks with
        {
            Tf32FlopsPerSecond = tf32,
            Bf16FlopsPerSecond = wgmma > bf16 ? wgmma : bf16,
            Bf16Instruction = wgmma > bf16 ? "wgmma" : "mma.sync",
        };
    }

    static double? Bf16(ComputeDevice device, Probe probe)
    {
        float[] hostA = Values(Rows * Bf16Depth), hostB = Values(Columns * Bf16Depth);
        using var a = device.Accelerator.Allocate1D(ToBf16(hostA));
        using var b = device.Accelerator.Allocate1D(ToBf16(hostB));
        return Rate(
            device, hostA, hostB, (Rows, Columns, Bf16Depth), probe.Tiles,
            (iterations, y) => probe.MultiplyTiles(a.View, b.View, iterations, y));
    }

    static double? Tf32(ComputeDevice device, Probe probe)
    {
        float[] hostA = Values(Rows * Tf32Depth), hostB = Values(Columns * Tf32Depth);
        using var a = device.Accelerator.Allocate1D(hostA);
        using var b = device.Accelerator.Allocate1D(hostB);
        return Rate(
            device, hostA, hostB, (Rows, Columns, Tf32Depth), probe.Tiles,
            (iterations, y) => probe.MultiplyTiles(a.View, b.View, iterations, y));
    }

    static double? WarpGroup(ComputeDevice device, Probe probe)
    {
        float[] hostA = Values(WarpGroupRows * WarpGroupDepth), hostB = Values(WarpGroupColumns * WarpGroupDepth);
        using var a = device.Accelerator.Allocate1D(ToBf16(hostA));
        using var b = device.Accelerator.Allocate1D(ToBf16(hostB));
        return Rate(
            device, hostA, hostB, (WarpGroupRows, WarpGroupColumns, WarpGroupDepth), probe.WarpGroupTiles,
            (iterations, y) => probe.MultiplyWarpGroupTiles(a.View, b.View, iterations, y));
    }

    /// <summary>FLOP/s of a product that is added to every tile of y; null where its results are wrong.</summary>
    static double? Rate(
        ComputeDevice device, float[] a, float[] b, (int Rows, int Columns, int Depth) size, int tiles,
        Action<int, ILGPU.ArrayView<float>> multiply)
    {
        using var y = device.Allocate<float>((long)tiles * size.Rows * size.Columns);
        var timer = new LaunchTimer(device, WarmUp, Measured);
        int iterations = timer.Iterations(FewestIterations, MaxIterations, count => multiply(count, y.View));
        double flops = 2.0 * size.Rows * size.Columns * size.Depth * tiles * iterations;
        var (best, _) = timer.Rate(flops, () => multiply(iterations, y.View));
        y.MemSetToZero(device.Stream);
        multiply(iterations, y.View);
        var actual = new float[y.Length];
        device.Download<float>(y.View, actual);
        return IsProduct(actual, a, b, size, iterations) ? best : null;
    }

    static bool IsProduct(float[] actual, float[] a, float[] b, (int Rows, int Columns, int Depth) size, int iterations)
    {
        float[] tile = new float[size.Rows * size.Columns];
        for (int i = 0; i < tile.Length; i++)
        {
            int row = i / size.Columns, column = i % size.Columns;
            for (int k = 0; k < size.Depth; k++) tile[i] += iterations * a[row * size.Depth + k] * b[column * size.Depth + k];
        }
        return actual.Chunk(tile.Length).All(part => part.AsSpan().SequenceEqual(tile));
    }

    static double Required(double? rate, string precision) => rate ?? throw new InvalidOperationException(
        $"The tensor cores' {precision} probe computed a wrong product: this device or its driver is faulty.");

    /// <summary>Whole numbers from -2 to 2 without a pattern that tiles could share; the same at each call.</summary>
    static float[] Values(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.Next(-Largest, Largest + 1))];
    }

    static BFloat16[] ToBf16(float[] values) => Array.ConvertAll(values, BFloat16.FromSingle);
}
