namespace GpuLm.Reference;

/// <summary>The probes by definition.</summary>
public static class ProbeReference
{
    /// <summary>y[i] = factor y[i] + term, <paramref name="iterations"/> times; every step adds two terms to what is rounded.</summary>
    public static Oracle MultiplyAdd(double factor, double term, int iterations, ReadOnlySpan<float> y)
    {
        var result = new Oracle(y.Length);
        for (int i = 0; i < y.Length; i++)
        {
            double value = y[i], magnitude = 0;
            for (int n = 0; n < iterations; n++)
            {
                magnitude = Math.Abs(factor) * magnitude + Math.Abs(factor * value) + Math.Abs(term);
                value = factor * value + term;
            }
            result.Set(i, value, magnitude);
        }
        return result;
    }

    /// <summary>y[i] = a[i] + factor b[i].</summary>
    public static Oracle Triad(ReadOnlySpan<float> a, ReadOnlySpan<float> b, double factor)
    {
        var result = new Oracle(a.Length);
        for (int i = 0; i < a.Length; i++)
        {
            result.Add(i, a[i]);
            result.Add(i, factor * b[i]);
        }
        return result;
    }
}
