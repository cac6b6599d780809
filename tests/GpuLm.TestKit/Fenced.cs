using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;
using Xunit;

namespace GpuLm.TestKit;

/// <summary>Device buffers between guard zones, so that a write outside is seen, and poisoned, so that a missing write is.</summary>
public static class Fenced
{
    /// <summary>A buffer for results: every element starts as NaN.</summary>
    public static Fenced<float> Output(ComputeDevice device, int length) => new(device, new float[length], poison: true);

    /// <summary>A buffer that holds the given values.</summary>
    public static Fenced<T> Input<T>(ComputeDevice device, T[] values) where T : unmanaged => new(device, values, poison: false);
}

/// <summary>A device buffer between guard zones; see <see cref="Fenced"/>.</summary>
/// <typeparam name="T">An element of four bytes.</typeparam>
public sealed class Fenced<T> : IDisposable where T : unmanaged
{
    const int Guard = 64;
    const uint PoisonBits = 0x7FC0FE0D;

    readonly ComputeDevice device;
    readonly MemoryBuffer1D<T, Stride1D.Dense> buffer;
    readonly int length;

    internal Fenced(ComputeDevice device, T[] values, bool poison)
    {
        this.device = device;
        length = values.Length;
        buffer = device.Accelerator.Allocate1D<T>(length + 2 * Guard);
        var host = new T[length + 2 * Guard];
        Array.Fill(host, Unsafe.BitCast<uint, T>(PoisonBits));
        if (!poison) values.CopyTo(host, Guard);
        buffer.View.CopyFromCPU(device.Stream, host);
        device.Synchronize();
    }

    /// <summary>The buffer without its guard zones.</summary>
    public ArrayView<T> View => buffer.View.AsContiguous().SubView(Guard, length);

    /// <summary>The buffer and the first elements of the guard zone behind it: what a kernel with a fault writes to.</summary>
    public ArrayView<T> Beyond(int extra) => buffer.View.AsContiguous().SubView(Guard, length + extra);

    /// <summary>What a kernel is given.</summary>
    public static implicit operator ArrayView<T>(Fenced<T> fenced) => fenced.ToArrayView();

    /// <summary>What a kernel is given.</summary>
    public ArrayView<T> ToArrayView() => View;

    /// <summary>Waits for the device, checks the guard zones and returns the elements.</summary>
    public T[] Read()
    {
        device.Synchronize();
        var host = new T[length + 2 * Guard];
        buffer.View.CopyToCPU(device.Stream, host);
        device.Synchronize();
        var bits = MemoryMarshal.Cast<T, uint>(host);
        for (int i = 0; i < bits.Length; i++)
        {
            bool inside = i >= Guard && i < Guard + length;
            if (!inside && bits[i] != PoisonBits)
                Assert.Fail($"A kernel wrote outside its buffer of {length} elements, at index {i - Guard}.");
        }
        return host[Guard..^Guard];
    }

    /// <inheritdoc/>
    public void Dispose() => buffer.Dispose();
}
