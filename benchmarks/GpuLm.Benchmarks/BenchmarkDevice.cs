using GpuLm.Devices;
using GpuLm.Kernels.Common;
using GpuLm.Reference;

namespace GpuLm.Benchmarks;

/// <summary>The device that benchmarks run on, seeded inputs, and the check that comes before any timing.</summary>
static class BenchmarkDevice
{
    static readonly Lazy<DeviceCatalog> Catalog = new(() => new DeviceCatalog());

    /// <summary>Opens the device that <c>GPULM_DEVICE</c> names, <c>auto</c> by default, and prints which one it is.</summary>
    public static ComputeDevice Open()
    {
        var info = Catalog.Value.Select(Environment.GetEnvironmentVariable("GPULM_DEVICE") ?? "auto");
        Console.WriteLine($"// Device: {info}");
        return Catalog.Value.Open(info);
    }

    /// <summary>Seeded values, evenly distributed in [-1, 1).</summary>
    public static float[] Values(int count, int seed = 1)
    {
        var random = new Random(seed);
        var values = new float[count];
        foreach (ref float value in values.AsSpan()) value = random.NextSingle() * 2 - 1;
        return values;
    }

    /// <summary>Refuses to time a kernel that computes something wrong.</summary>
    /// <param name="actual">The kernel's results, or the first of them.</param>
    /// <param name="expected">The oracle of as many.</param>
    /// <param name="terms">Terms in each sum.</param>
    /// <exception cref="InvalidOperationException">A result is outside its budget.</exception>
    public static void Verify(ReadOnlySpan<float> actual, Oracle expected, double terms)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(actual.Length, expected.Length);
        const double u = 1.0 / (1 << 24);
        for (int i = 0; i < actual.Length; i++)
        {
            double limit = 4 * u * Math.Sqrt(terms) * expected.Magnitude[i] + 16 * u * Math.Abs(expected.Value[i]) + 1e-30;
            if (!(Math.Abs(actual[i] - expected.Value[i]) <= limit))
            {
                throw new InvalidOperationException($"The kernel computed {actual[i]} at {i} instead of {expected.Value[i]}; it is not worth timing.");
            }
        }
    }
}
