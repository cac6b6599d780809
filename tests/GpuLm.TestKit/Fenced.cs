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

    /// <summary>A buffer for results in bf16: every element starts as NaN.</summary>
    public static Fenced<BFloat16> OutputBf16(ComputeDevice device, int length) => new(device, new BFloat16[length], poison: true);

    /// <summary>A buffer that holds the given values, rounded to bf16.</summary>
    public static Fenced<BFloat16> InputBf16(ComputeDevice device, float[] values) =>
        new(device, Array.ConvertAll(values, BFloat16.FromSingle), poison: false);

    /// <summary>As <see cref="Fenced{T}.Read"/>, widened.</summary>
    public static float[] ReadFloats(this Fenced<BFloat16> fenced)
    {
        ArgumentNullException.ThrowIfNull(fenced);
        return Array.ConvertAll(fenced.Read(), value => value.ToSingle());
    }

    /// <summary>The nearest bf16 numbers: what an oracle is given of what a kernel reads in bf16.</summary>
    public static float[] ToBf16(this float[] values) => Array.ConvertAll(values, value => BFloat16.FromSingle(value).ToSingle());

    /// <summary>A buffer that holds the given values.</summary>
    public static Fenced<T> Input<T>(ComputeDevice device, T[] values) where T : unmanaged => new(device, values, poison: false);
}

/// <summary>A device buffer between guard zones; see <see cref="Fenced"/>.</summary>
/// <typeparam name="T">An element of two or four bytes.</typeparam>
public sealed class Fenced<T> : IDisposable where T : unmanaged
{
    const int Guard = 64;

    /// <summary>A NaN in fp32 and in bf16.</summary>
    static readonly T Poison =
        Unsafe.SizeOf<T>() == sizeof(ushort) ? Unsafe.BitCast<ushort, T>(0x7FCD) : Unsafe.BitCast<uint, T>(0x7FC0FE0D);

    readonly ComputeDevice device;
    readonly MemoryBuffer1D<T, Stride1D.Dense> buffer;
    readonly int length;

    internal Fenced(ComputeDevice device, T[] values, bool poison)
    {
        this.device = device;
        length = values.Length;
        buffer = device.Accelerator.Allocate1D<T>(length + 2 * Guard);
        var host = new T[length + 2 * Guard];
        Array.Fill(host, Poison);
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
        for (int i = 0; i < host.Length; i++)
        {
            bool inside = i >= Guard && i < Guard + length;
            if (!inside && !Bytes(ref host[i]).SequenceEqual(Bytes(ref Unsafe.AsRef(in Poison))))
                Assert.Fail($"A kernel wrote outside its buffer of {length} elements, at index {i - Guard}.");
        }
        return host[Guard..^Guard];
    }

    static ReadOnlySpan<byte> Bytes(ref T element) => MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref element, 1));

    /// <inheritdoc/>
    public void Dispose() => buffer.Dispose();
}
