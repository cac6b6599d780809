namespace GpuLm.Reference;

/// <summary>C = beta C + op(A) op(B) with what can follow it, by definition.</summary>
public static class MatMulReference
{
    /// <summary>C[m, n] = beta C[m, n] + sum over k of op(A)[m, k] op(B)[k, n]; rows lie side by side.</summary>
    /// <param name="a">[M, K], or [K, M] where <paramref name="transposeA"/>.</param>
    /// <param name="b">[K, N], or [N, K] where <paramref name="transposeB"/>.</param>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">Terms in each sum.</param>
    /// <param name="transposeA">Whether A lies transposed.</param>
    /// <param name="transposeB">Whether B lies transposed.</param>
    /// <param name="c">What C held, where <paramref name="beta"/> is not 0.</param>
    /// <param name="beta">Factor of what C held.</param>
    public static Oracle Multiply(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, int m, int n, int k, bool transposeA, bool transposeB,
        ReadOnlySpan<float> c = default, double beta = 0)
    {
        var result = new Oracle(m * n);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                if (beta != 0) result.Add(i * n + j, beta * c[i * n + j]);
                for (int p = 0; p < k; p++)
                {
                    result.Add(i * n + j, (double)a[transposeA ? p * m + i : i * k + p] * b[transposeB ? j * k + p : p * n + j]);
                }
            }
        }
        return result;
    }

    /// <summary>Adds bias[n] to each row of a product, and the residual where there is one.</summary>
    public static Oracle AddBias(Oracle product, ReadOnlySpan<float> bias, ReadOnlySpan<float> residual = default)
    {
        ArgumentNullException.ThrowIfNull(product);
        for (int i = 0; i < product.Length; i++)
        {
            product.Add(i, bias[i % bias.Length]);
            if (!residual.IsEmpty) product.Add(i, residual[i]);
        }
        return product;
    }

    /// <summary>gelu(x) of each value, the tanh form. |gelu'| is at most 1.13, so errors of x grow by no more.</summary>
    public static Oracle Gelu(Oracle x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var result = new Oracle(x.Length);
        for (int i = 0; i < x.Length; i++) result.Set(i, Gelu(x.Value[i]), 1.13 * x.Magnitude[i]);
        return result;
    }

    /// <summary>Each value times gelu'(x).</summary>
    public static Oracle TimesGeluGradient(Oracle product, ReadOnlySpan<float> x)
    {
        ArgumentNullException.ThrowIfNull(product);
        var result = new Oracle(product.Length);
        for (int i = 0; i < product.Length; i++)
        {
            double slope = GeluGradient(x[i]);
            // The gradient is itself a sum of terms that may cancel: |slope| alone would be too small a measure of its rounding.
            result.Set(
                i, product.Value[i] * slope,
                product.Magnitude[i] * (Math.Abs(slope) + 1e-2 + Math.Abs(x[i] * Math.Exp(-x[i] * (double)x[i] / 2))));
        }
        return result;
    }

    static double Gelu(double x) => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));

    static double GeluGradient(double x)
    {
        double root = Math.Sqrt(2 / Math.PI), t = Math.Tanh(root * (x + 0.044715 * x * x * x));
        return (1 + t) / 2 + x / 2 * (1 - t * t) * root * (1 + 3 * 0.044715 * x * x);
    }
}
