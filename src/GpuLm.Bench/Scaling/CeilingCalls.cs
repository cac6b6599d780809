using GpuLm.Bench.Results;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul;
using GpuLm.Kernels.Probe;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Bench.Scaling;

/// <summary>
/// Kernels that need one resource each: multiply-adds in registers the arithmetic units, the triad the memory, a matrix product mostly the
/// units. Timed beside the training step at each number of workers, they show which of the resources a step is short of.
/// </summary>
sealed class CeilingCalls : IDisposable
{
    public const string MultiplyAdds = "multiply-adds", Triad = "triad", Product = "matrix product";

    readonly ComputeDevice device;
    readonly Probe probe;
    readonly MatMul product;
    readonly MemoryBuffer1D<float, Stride1D.Dense> y, a, b, c, left, right, result;
    readonly int iterations, length, size;

    /// <summary>Allocates inputs.</summary>
    /// <param name="device">A device, limited to some workers.</param>
    /// <param name="effort">Chooses the sizes: the same work for every number of workers.</param>
    public CeilingCalls(ComputeDevice device, Effort effort)
    {
        bool tiny = effort == Effort.Tiny;
        (this.device, iterations, length, size) = (device, tiny ? 64 : 1 << 22, tiny ? 1 << 12 : 1 << 23, tiny ? 48 : 768);
        (probe, product) = (new Probe(device), new MatMul(device));
        y = device.Allocate<float>(probe.Values);
        (a, b, c) = (Filled(length), Filled(length), device.Allocate<float>(length));
        (left, right, result) = (Filled(size * size), Filled(size * size), device.Allocate<float>(size * size));
    }

    /// <summary>The calls at a setting: the more workers, the fewer multiply-adds for each, and the same work together.</summary>
    public IEnumerable<SweepCall> At(SweepPoint point, int workers)
    {
        int each = Math.Max(4, iterations / workers / 4 * 4);
        var shape = new MatMulShape(size, size, size);
        yield return new SweepCall(
            point, MultiplyAdds, 2.0 * probe.Values * each, 0, 1, Waiting(() => probe.MultiplyAdd(1, 1, each, y.View)));
        yield return new SweepCall(
            point, Triad, 2.0 * length, 12.0 * length, 1, Waiting(() => probe.Triad(a.View, b.View, 3, length, c.View)));
        yield return new SweepCall(
            point, Product, shape.Flops, 12.0 * size * size, 1, Waiting(() => product.Multiply(left.View, right.View, shape, result.View)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in new[] { y, a, b, c, left, right, result }) buffer.Dispose();
    }

    MemoryBuffer1D<float, Stride1D.Dense> Filled(int count)
    {
        var host = new float[count];
        for (int i = 0; i < count; i++) host[i] = (i & 7) - 3;
        var buffer = device.Allocate<float>(count);
        device.Upload<float>(host, buffer.View);
        return buffer;
    }

    Action Waiting(Action launch) => () =>
    {
        launch();
        device.Synchronize();
    };
}
