using System.Numerics;
using System.Runtime.CompilerServices;

namespace GpuLm.Data;

/// <summary>
/// A permutation of 0 .. count - 1 that is computed number by number and stored nowhere: a Feistel network over the next power of four,
/// walked until it falls inside (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002). At most 4 steps are expected.
/// </summary>
internal readonly struct Permutation
{
    private const int Rounds = 6;

    private readonly RoundKeys keys;
    private readonly long count;
    private readonly int halfBits;

    /// <summary>The permutation of a key.</summary>
    public Permutation(ulong seed, long epoch, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        this.count = count;
        halfBits = Math.Max(1, (65 - BitOperations.LeadingZeroCount((ulong)(count - 1))) / 2);
        var random = new CounterRandom(seed, epoch);
        for (int round = 0; round < Rounds; round++) keys[round] = random.Next();
    }

    /// <summary>The place of a number.</summary>
    public long At(long index)
    {
        if ((ulong)index >= (ulong)count) throw new ArgumentOutOfRangeException(nameof(index), index, $"It goes from 0 to {count - 1}.");
        ulong mask = (1UL << halfBits) - 1, value = (ulong)index;
        do
        {
            ulong left = value >> halfBits, right = value & mask;
            for (int round = 0; round < Rounds; round++)
            {
                (left, right) = (right, left ^ (new CounterRandom(keys[round], (long)right).Next() & mask));
            }
            value = (left << halfBits) | right;
        }
        while (value >= (ulong)count);
        return (long)value;
    }

    [InlineArray(Rounds)]
    private struct RoundKeys
    {
        private ulong first;
    }
}
