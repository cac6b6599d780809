namespace GpuLm.Data;

/// <summary>
/// The windows of an epoch, in an order that seems random and is a function of (seed, epoch): each window of <c>length</c> tokens and the
/// one that follows comes once, none overlaps another, and they start elsewhere in each epoch.
/// </summary>
/// <param name="tokens">Training tokens, more than a window's length.</param>
/// <param name="length">Tokens of a window, T.</param>
internal readonly struct EpochWindows(long tokens, int length)
{
    // One window fewer than there is room for leaves each epoch a start of its own; the tokens before it come in other epochs.
    private readonly long count = Math.Max(1, ((tokens - 1) / length) - 1);

    /// <summary>The windows of an epoch.</summary>
    public long Count => count;

    /// <summary>Where a window starts.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="number">The number of the window in the whole run: epochs follow one another.</param>
    public long Start(ulong seed, long number)
    {
        var (epoch, index) = Math.DivRem(number, count);
        long offset = new CounterRandom(seed, epoch, 1).Below(tokens - (count * length));
        return offset + (new Permutation(seed, epoch, count).At(index) * length);
    }
}
