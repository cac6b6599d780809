using System.Globalization;
using System.Runtime.CompilerServices;
using GpuLm.Reference;
using Xunit;

namespace GpuLm.TestKit;

/// <summary>Checks an oracle's gradient against central differences of its forward pass.</summary>
public static class FiniteDifferences
{
    const double Step = 1e-5, Tolerance = 1e-6;

    /// <summary>
    /// Fails where <paramref name="gradient"/> is not the gradient of <c>sum_j weights[j] forward(x)[j]</c> at <paramref name="x"/>.
    /// </summary>
    /// <param name="forward">The forward oracle as a function of the input in question.</param>
    /// <param name="x">The input; changed and restored, element by element.</param>
    /// <param name="weights">The gradient that comes in from above, one for each output.</param>
    /// <param name="gradient">The backward oracle's result for <paramref name="x"/>.</param>
    /// <param name="what">What is compared, for the message.</param>
    public static void Check(
        Func<double[], Oracle> forward, double[] x, double[] weights, Oracle gradient,
        [CallerArgumentExpression(nameof(gradient))] string? what = null)
    {
        Assert.Equal(x.Length, gradient.Length);
        for (int i = 0; i < x.Length; i++)
        {
            double at = x[i];
            x[i] = at + Step;
            double above = Weighted(forward(x), weights);
            x[i] = at - Step;
            double below = Weighted(forward(x), weights);
            x[i] = at;
            double expected = (above - below) / (2 * Step);
            if (!(Math.Abs(gradient.Value[i] - expected) <= Tolerance * (1 + Math.Abs(expected) + gradient.Magnitude[i])))
            {
                Assert.Fail(string.Create(CultureInfo.InvariantCulture,
                    $"{what}: the gradient at {i} is {gradient.Value[i]:g9}; "
                    + $"central differences give {expected:g9} (seed {TestRandom.Seed})."));
            }
        }
    }

    static double Weighted(Oracle result, double[] weights)
    {
        Assert.Equal(weights.Length, result.Length);
        double sum = 0;
        for (int j = 0; j < weights.Length; j++) sum += weights[j] * result.Value[j];
        return sum;
    }
}
