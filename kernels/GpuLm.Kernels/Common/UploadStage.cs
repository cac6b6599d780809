namespace GpuLm.Kernels.Common;

/// <summary>
/// Memory through which host data goes to a device that copies later, after what was launched before: the host's own memory is free again at
/// once. What lies here stays untouched until the device has read it; when all is used, the host waits.
/// </summary>
/// <param name="memory">Host memory that the device can read at any time.</param>
/// <param name="capacity">Its bytes.</param>
/// <param name="copy">Starts to copy host memory to an address on the device: source, target, bytes.</param>
/// <param name="wait">Waits until all copies have been made.</param>
sealed unsafe class UploadStage(nint memory, int capacity, Action<nint, nint, int> copy, Action wait)
{
    int used;

    /// <summary>Copies to an address on the device.</summary>
    public void Upload(ReadOnlySpan<byte> source, nint target)
    {
        while (!source.IsEmpty)
        {
            if (used == capacity)
            {
                wait();
                Clear();
            }
            int count = Math.Min(source.Length, capacity - used);
            source[..count].CopyTo(new Span<byte>((void*)(memory + used), count));
            copy(memory + used, target, count);
            (used, target) = (used + count, target + count);
            source = source[count..];
        }
    }

    /// <summary>Says that the device has made all copies.</summary>
    public void Clear() => used = 0;
}
