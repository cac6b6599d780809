using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.Embedding;

/// <summary>
/// A batch of token ids on the device, together with where each token occurs: the gradient of an embedding is then a sum over each
/// token's occurrences in a fixed order, without atomics. The host makes the index while it uploads the ids; loading allocates nothing.
/// </summary>
public sealed class TokenIndex : IDisposable
{
    readonly ComputeDevice device;
    readonly int[] slotOfToken, tokens, starts, order, cursors;
    readonly MemoryBuffer1D<int, Stride1D.Dense> deviceIds, deviceTokens, deviceStarts, deviceOrder;

    /// <summary>Reserves memory for batches of up to <paramref name="capacity"/> ids below <paramref name="vocabulary"/>.</summary>
    /// <param name="device">The device.</param>
    /// <param name="capacity">Most ids in a batch, B T.</param>
    /// <param name="vocabulary">Ids are in [0, vocabulary).</param>
    public TokenIndex(ComputeDevice device, int capacity, int vocabulary)
    {
        ArgumentNullException.ThrowIfNull(device);
        Guard.Positive(capacity);
        Guard.Positive(vocabulary);
        this.device = device;
        slotOfToken = new int[vocabulary];
        Array.Fill(slotOfToken, -1);
        (tokens, order, cursors, starts) = (new int[capacity], new int[capacity], new int[capacity], new int[capacity + 1]);
        deviceIds = device.Allocate<int>(capacity);
        deviceTokens = device.Allocate<int>(capacity);
        deviceOrder = device.Allocate<int>(capacity);
        deviceStarts = device.Allocate<int>(capacity + 1);
    }

    /// <summary>Bytes on the device for batches of up to so many ids.</summary>
    public static long RequiredBytes(long capacity) => (4 * capacity + 1) * sizeof(int);

    /// <summary>Ids of the loaded batch.</summary>
    public int Count { get; private set; }

    /// <summary>Different tokens in the loaded batch.</summary>
    public int DistinctCount { get; private set; }

    /// <summary>Tokens that there are.</summary>
    public int Vocabulary => slotOfToken.Length;

    /// <summary>The ids, [Count].</summary>
    public ArrayView<int> Ids => deviceIds.View.AsContiguous().SubView(0, Count);

    /// <summary>
    /// The different tokens in the order of their first occurrence, and from <see cref="DistinctCount"/> on anything; [Count], so that
    /// launches do not depend on how many there are.
    /// </summary>
    internal ArrayView<int> Tokens => deviceTokens.View.AsContiguous().SubView(0, Count);

    /// <summary>
    /// The occurrences of token k of <see cref="Tokens"/> are Order[Starts[k]] to Order[Starts[k + 1] - 1]; none beyond the different
    /// tokens; [Count + 1].
    /// </summary>
    internal ArrayView<int> Starts => deviceStarts.View.AsContiguous().SubView(0, Count + 1);

    /// <summary>Positions in <see cref="Ids"/>, ascending for each token, [Count].</summary>
    internal ArrayView<int> Order => deviceOrder.View.AsContiguous().SubView(0, Count);

    /// <summary>Uploads a batch of ids and its index.</summary>
    /// <exception cref="ArgumentException">There are no ids, more than the capacity, or one is not in the vocabulary.</exception>
    public void Load(ReadOnlySpan<int> ids)
    {
        Guard.Require(
            ids.Length > 0 && ids.Length <= tokens.Length, $"A batch has 1 to {tokens.Length} ids here; this one has {ids.Length}.",
            nameof(ids));
        foreach (int id in ids)
        {
            Guard.Require(
                (uint)id < (uint)slotOfToken.Length, $"Token id {id} is not in the vocabulary of {slotOfToken.Length}.", nameof(ids));
        }
        Build(ids);
        Upload(ids, deviceIds);
        Upload(tokens.AsSpan(0, DistinctCount), deviceTokens);
        Upload(starts.AsSpan(0, Count + 1), deviceStarts);
        Upload(order.AsSpan(0, Count), deviceOrder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        deviceIds.Dispose();
        deviceTokens.Dispose();
        deviceStarts.Dispose();
        deviceOrder.Dispose();
    }

    /// <summary>A counting sort over the tokens that occur; its time does not depend on the vocabulary.</summary>
    void Build(ReadOnlySpan<int> ids)
    {
        int distinct = 0;
        foreach (int id in ids)
        {
            if (slotOfToken[id] < 0)
            {
                tokens[distinct] = id;
                cursors[distinct] = 0;
                slotOfToken[id] = distinct++;
            }
            cursors[slotOfToken[id]]++;
        }
        for (int k = 0, start = 0; k < distinct; k++)
        {
            starts[k] = start;
            start += cursors[k];
            cursors[k] = starts[k];
        }
        starts.AsSpan(distinct, ids.Length + 1 - distinct).Fill(ids.Length);
        for (int i = 0; i < ids.Length; i++) order[cursors[slotOfToken[ids[i]]]++] = i;
        for (int k = 0; k < distinct; k++) slotOfToken[tokens[k]] = -1;
        (Count, DistinctCount) = (ids.Length, distinct);
    }

    void Upload(ReadOnlySpan<int> source, MemoryBuffer1D<int, Stride1D.Dense> target) =>
        device.Upload(source, target.View.AsContiguous().SubView(0, source.Length));
}
