namespace GpuLm.Peers;

/// <summary>Numbers that depend on the seed alone, whatever the version of .NET: SplitMix64 (Steele, Lea and Flood, 2014).</summary>
sealed class SeededNumbers(ulong seed)
{
    const ulong Gamma = 0x9E3779B97F4A7C15;
    const int Chunk = 1 << 16;
    ulong state = seed;

    public ulong Next()
    {
        ulong z = state += Gamma;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Normally distributed, by Box and Muller.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    public float[] Normals(long count, double deviation, double mean = 0) =>
        Fill(count, drawsOfOne: 2, numbers => (float)(mean + deviation * numbers.Normal()));

    /// <summary>Evenly distributed in [-1, 1).</summary>
    public float[] Uniforms(long count) => Fill(count, drawsOfOne: 1, numbers => (float)(2 * numbers.Uniform() - 1));

    public int[] Tokens(int count, int vocabulary)
    {
        var tokens = new int[count];
        for (int i = 0; i < count; i++) tokens[i] = (int)(Next() % (ulong)vocabulary);
        return tokens;
    }

    /// <summary>The next numbers, in chunks side by side: what is drawn as the n-th can be drawn first.</summary>
    float[] Fill(long count, ulong drawsOfOne, Func<SeededNumbers, float> draw)
    {
        var values = new float[count];
        ulong begin = state;
        Parallel.For(0, (count + Chunk - 1) / Chunk, chunk =>
        {
            long first = chunk * Chunk, end = Math.Min(count, first + Chunk);
            var numbers = new SeededNumbers(begin + Gamma * drawsOfOne * (ulong)first);
            for (long i = first; i < end; i++) values[i] = draw(numbers);
        });
        state = begin + Gamma * drawsOfOne * (ulong)count;
        return values;
    }
}
