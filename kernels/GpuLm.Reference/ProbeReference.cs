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

    /// <summary>y + iterations A B on every tile [m, n] of y: the same product, added so many times.</summary>
    /// <param name="a">[m, k]</param>
    /// <param name="b">[n, k]: B by columns.</param>
    /// <param name="m">Rows of a tile.</param>
    /// <param name="n">Columns of a tile.</param>
    /// <param name="k">Terms of each product.</param>
    /// <param name="iterations">How often it is added.</param>
    /// <param name="y">The tiles, one after the other.</param>
    public static Oracle MultiplyTiles(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, int m, int n, int k, int iterations, ReadOnlySpan<float> y)
    {
        var result = new Oracle(y.Length);
        for (int i = 0; i < y.Length; i++)
        {
            int row = i / n % m, column = i % n;
            result.Set(i, y[i]);
            for (int p = 0; p < k; p++)
            {
                double term = (double)iterations * a[row * k + p] * b[column * k + p];
                result.Add(i, term);
            }
        }
        return result;
    }
}
