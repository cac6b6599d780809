using System.Runtime.CompilerServices;

namespace GpuLm.Data;

/// <summary>
/// Random numbers that are a function of their place: a stream is opened at (seed, a, b) and gives the same numbers whenever it is opened
/// there, so that a run that is resumed at step n sees the batches it would have seen. SplitMix64 (Steele, Lea, Flood, "Fast Splittable
/// Pseudorandom Number Generators", 2014), its state mixed from the key.
/// </summary>
public struct CounterRandom
{
    private ulong state;

    /// <summary>Opens the stream of a key.</summary>
    public CounterRandom(ulong seed, long a = 0, long b = 0) => state = Mix(Mix(Mix(seed) + (ulong)a) + (ulong)b);

    /// <summary>The next 64 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next() => Mix(state += 0x9E3779B97F4A7C15);

    /// <summary>A number from 0 to <paramref name="count"/> - 1; every one is as likely, to within count / 2^64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Below(long count) => (long)Math.BigMul(Next(), (ulong)count, out _);

    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
