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
    /// <param name="bytes">Its size, as an <see cref="ArenaCutter"/> counted it.</param>
    /// <param name="what">What it is for, for the message when memory is short.</param>
    /// <exception cref="GpuLmException">The device has not enough memory.</exception>
    public Arena(ComputeDevice device, long bytes, string what)
    {
        ArgumentNullException.ThrowIfNull(device);
        long words = bytes / sizeof(float);
        try
        {
            buffer = device.Allocate<float>(words + ComputeDevice.CacheLine);
        }
        catch (Exception exception) when (exception is AcceleratorException or OutOfMemoryException)
        {
            throw new GpuLmException(
                $"{device} has no {bytes / 1e6:F0} MB left for the {what}. Use a smaller batch, context or model.", exception);
        }
        View = device.FromCacheLine(buffer, words);
    }

    /// <summary>All of it.</summary>
    public ArrayView<float> View { get; }

    /// <summary>Its size in bytes.</summary>
    public long Bytes => View.LengthInBytes;

    /// <inheritdoc/>
    public void Dispose() => buffer.Dispose();
}
