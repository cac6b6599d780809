namespace GpuLm.Peers;

/// <summary>Numbers that depend on the seed alone, whatever the version of .NET: SplitMix64 (Steele, Lea and Flood, 2014).</summary>
sealed class SeededNumbers(ulong seed)
{
    ulong state = seed;

    public ulong Next()
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Normally distributed, by Box and Muller.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    public float[] Normals(long count, double deviation, double mean = 0)
    {
        var values = new float[count];
        for (long i = 0; i < count; i++) values[i] = (float)(mean + deviation * Normal());
        return values;
    }

    public int[] Tokens(int count, int vocabulary)
    {
        var tokens = new int[count];
        for (int i = 0; i < count; i++) tokens[i] = (int)(Next() % (ulong)vocabulary);
        return tokens;
    }
}
