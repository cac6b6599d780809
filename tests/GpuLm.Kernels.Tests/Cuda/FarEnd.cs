using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>
/// Memory of many gigabytes of which only the end is used: the host's memory manager provides pages where something was written, and zeros
/// elsewhere.
/// </summary>
sealed class FarEnd<T> : IDisposable where T : unmanaged
{
    /// <summary>Memory below this may come from what was freed before, and then holds anything.</summary>
    const long FreshBytes = 1 << 26;

    readonly ComputeDevice device;
    readonly MemoryBuffer1D<T, Stride1D.Dense> buffer;

    /// <summary>Reserves memory; skips the running test where the machine has too little to even promise it.</summary>
    public FarEnd(ComputeDevice device, long length)
    {
        this.device = device;
        try
        {
            buffer = device.Accelerator.Allocate1D<T>(length);
        }
        catch (OutOfMemoryException)
        {
            Assert.Skip($"This machine does not reserve {length} elements of {typeof(T).Name}.");
            throw;
        }
        if (buffer.LengthInBytes < FreshBytes) buffer.MemSetToZero(device.Stream);
    }

    public ArrayView<T> View => buffer.View.AsContiguous();

    /// <summary>Writes the last elements.</summary>
    public FarEnd<T> End(T[] values) => Write(View.Length - values.Length, values);

    /// <summary>Writes elements from one on.</summary>
    public FarEnd<T> Write(long start, T[] values)
    {
        device.Upload<T>(values, View.SubView(start, values.Length));
        return this;
    }

    /// <summary>The last elements.</summary>
    public T[] Last(int count)
    {
        var values = new T[count];
        device.Download(View.SubView(View.Length - count, count), values);
        return values;
    }

    public void Dispose() => buffer.Dispose();
}
