using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Tensors;

/// <summary>One device allocation that many tensors share, cleared to zero. It is planned once and never grows.</summary>
public sealed class Arena : IDisposable
{
    readonly MemoryBuffer1D<float, Stride1D.Dense> buffer;

    /// <summary>Allocates an arena.</summary>
    /// <param name="device">The device.</param>
    /// <param name="length">Elements.</param>
    /// <param name="what">What it is for, for the message when memory is short.</param>
    /// <exception cref="GpuLmException">The device has not enough memory.</exception>
    public Arena(ComputeDevice device, long length, string what)
    {
        ArgumentNullException.ThrowIfNull(device);
        try
        {
            buffer = device.Allocate<float>(length + ComputeDevice.CacheLine);
        }
        catch (Exception exception) when (exception is AcceleratorException or OutOfMemoryException)
        {
            throw new GpuLmException(
                $"{device} has no {length * sizeof(float) / 1e6:F0} MB left for the {what}. Use a smaller batch, context or model.", exception);
        }
        View = device.FromCacheLine(buffer, length);
    }

    /// <summary>All of it.</summary>
    public ArrayView<float> View { get; }

    /// <inheritdoc/>
    public void Dispose() => buffer.Dispose();
}

/// <summary>
/// Cuts an arena into tensors, one after the other. Without memory it only counts, so the same code that cuts an arena also says how
/// long it must be.
/// </summary>
/// <param name="memory">The arena, or nothing to count.</param>
public sealed class ArenaCutter(ArrayView<float>? memory = null)
{
    /// <summary>Every tensor starts at a multiple of this many elements (64 bytes).</summary>
    public const int Alignment = 16;

    /// <summary>Elements taken so far.</summary>
    public long Length { get; private set; }

    /// <summary>The next tensor of so many elements; an empty view while counting.</summary>
    public ArrayView<float> Take(long length)
    {
        long start = Length;
        Length += (length + Alignment - 1) / Alignment * Alignment;
        return memory?.SubView(start, length) ?? default;
    }
}
