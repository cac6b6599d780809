using System.Globalization;

namespace GpuLm.TestKit;

/// <summary>Seeded test data. The seed is fixed, or <c>GPULM_TEST_SEED</c>; failures print it.</summary>
public sealed class TestRandom
{
    readonly Random random = new(Seed);

    /// <summary>The seed of every instance in this process.</summary>
    public static int Seed { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("GPULM_TEST_SEED"), CultureInfo.InvariantCulture, out int seed) ? seed : 20_240_917;

    /// <summary>Normally distributed numbers.</summary>
    public float[] Normal(int count, double scale = 1, double mean = 0)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = (float)(mean + scale * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
        return values;
    }

    /// <summary>Normally distributed numbers with about one in a hundred, at least one, a thousand times larger.</summary>
    public float[] WithOutliers(int count, double scale = 1)
    {
        var values = Normal(count, scale);
        for (int n = 0; n <= count / 100; n++) values[random.Next(count)] *= 1000;
        return values;
    }

    /// <summary>Evenly distributed numbers in [low, high).</summary>
    public float[] Uniform(int count, double low = -1, double high = 1)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float)(low + (high - low) * random.NextDouble());
        return values;
    }

    /// <summary>Evenly distributed ids in [0, limit).</summary>
    public int[] Ids(int count, int limit)
    {
        var ids = new int[count];
        for (int i = 0; i < count; i++) ids[i] = random.Next(limit);
        return ids;
    }
}
