using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.Common;

/// <summary>
/// New tokens of several sequences on the device, a row for each: its id, the slot of the cache that its sequence has, and its position in
/// that sequence. Sequences may have different lengths. Loading allocates nothing.
/// </summary>
public sealed class PlacedTokens : IDisposable
{
    const int Numbers = 3;
    readonly ComputeDevice device;
    readonly MemoryBuffer1D<int, Stride1D.Dense> buffer;
    readonly int[] host;

    /// <summary>Reserves memory for up to <paramref name="capacity"/> rows.</summary>
    /// <param name="device">The device.</param>
    /// <param name="capacity">Most rows in a launch.</param>
    /// <param name="vocabulary">Ids are in [0, vocabulary).</param>
    /// <param name="slots">Slots are in [0, slots).</param>
    /// <param name="context">Positions are in [0, context).</param>
    public PlacedTokens(ComputeDevice device, int capacity, int vocabulary, int slots, int context)
    {
        ArgumentNullException.ThrowIfNull(device);
        Guard.Positive(capacity);
        Guard.Positive(vocabulary);
        Guard.Positive(slots);
        Guard.Positive(context);
        (this.device, Capacity, Vocabulary, SlotCount, Context) = (device, capacity, vocabulary, slots, context);
        host = new int[checked(Numbers * capacity)];
        buffer = device.Allocate<int>(host.Length);
    }

    /// <summary>Bytes on the device for up to so many rows.</summary>
    public static long RequiredBytes(long capacity) => Numbers * capacity * sizeof(int);

    /// <summary>Most rows in a launch.</summary>
    public int Capacity { get; }

    /// <summary>Ids are below this.</summary>
    public int Vocabulary { get; }

    /// <summary>Slots are below this.</summary>
    public int SlotCount { get; }

    /// <summary>Positions are below this.</summary>
    public int Context { get; }

    /// <summary>Rows that are loaded.</summary>
    public int Count { get; private set; }

    /// <summary>Each row's id, [Count].</summary>
    public ArrayView<int> Ids => Part(0);

    /// <summary>Each row's slot, [Count].</summary>
    public ArrayView<int> Slots => Part(1);

    /// <summary>Each row's position, [Count].</summary>
    public ArrayView<int> Positions => Part(2);

    /// <summary>Uploads rows.</summary>
    /// <exception cref="ArgumentException">
    /// There are none, more than the capacity, or not as many of each; or an id, a slot or a position is out of range.
    /// </exception>
    public void Load(ReadOnlySpan<int> ids, ReadOnlySpan<int> slots, ReadOnlySpan<int> positions)
    {
        int count = ids.Length;
        Guard.Require(count > 0 && count <= Capacity, $"There are 1 to {Capacity} rows here, not {count}.", nameof(ids));
        Guard.Require(
            slots.Length == count && positions.Length == count,
            $"{count} ids come with {slots.Length} slots and {positions.Length} positions; there must be one of each for an id.",
            nameof(slots));
        Copy(ids, "Token id", Vocabulary, 0);
        Copy(slots, "Slot", SlotCount, count);
        Copy(positions, "Position", Context, 2 * count);
        Count = count;
        device.Upload<int>(host.AsSpan(0, Numbers * count), buffer.View.AsContiguous().SubView(0, Numbers * count));
    }

    /// <inheritdoc/>
    public void Dispose() => buffer.Dispose();

    void Copy(ReadOnlySpan<int> source, string what, int limit, int target)
    {
        foreach (int value in source)
        {
            Guard.Require((uint)value < (uint)limit, $"{what} {value} is not below {limit}.", nameof(source));
        }
        source.CopyTo(host.AsSpan(target));
    }

    ArrayView<int> Part(int index) => buffer.View.AsContiguous().SubView((long)index * Count, Count);
}
