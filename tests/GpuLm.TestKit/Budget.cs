using System.Globalization;
using System.Runtime.CompilerServices;
using GpuLm.Kernels.Common;
using GpuLm.Reference;
using Xunit;

namespace GpuLm.TestKit;

/// <summary>
/// How far a result in fp32 may lie from its oracle: <c>4 u sqrt(K) magnitude + ulps 2u |value|</c> for a sum of K terms of the given
/// magnitude, u = 2^-24. Comparisons are written <c>!(|a - b| &lt;= limit)</c>, so a NaN fails.
/// </summary>
public static class Budget
{
    /// <summary>The unit roundoff of fp32, 2^-24.</summary>
    public const double U = 1.0 / (1 << 24);

    // Below this, vector code may flush or saturate where the oracle still has digits.
    const double Underflow = 1e-35;

    /// <summary>The largest error that a single result may have.</summary>
    public static double Limit(double value, double magnitude, double terms, double ulps) =>
        4 * U * Math.Sqrt(terms) * magnitude + ulps * 2 * U * Math.Abs(value) + Underflow;

    /// <summary>Fails where a result is further from its oracle than its budget, or is NaN, or is missing.</summary>
    /// <param name="actual">What the kernel wrote.</param>
    /// <param name="expected">The oracle.</param>
    /// <param name="terms">Terms in each sum, K; 1 for element-wise operations.</param>
    /// <param name="ulps">Units in the last place of the value that are allowed on top.</param>
    /// <param name="what">What is compared, for the message.</param>
    public static void Check(
        ReadOnlySpan<float> actual, Oracle expected, double terms, double ulps = 4,
        [CallerArgumentExpression(nameof(actual))] string? what = null) => Check(actual, expected, terms, ulps, rounding: 0, what);

    /// <summary>
    /// As <see cref="Check(ReadOnlySpan{float}, Oracle, double, double, string)"/>, for results that were worked out in fp32 and then
    /// rounded to the nearest bf16 number: that adds at most 2^-8 of what is rounded.
    /// </summary>
    /// <param name="actual">What the kernel wrote.</param>
    /// <param name="expected">The oracle, of inputs that are bf16 numbers where the kernel's are.</param>
    /// <param name="terms">Terms in each sum, K; 1 for element-wise operations.</param>
    /// <param name="what">What is compared, for the message.</param>
    public static void CheckBf16(
        ReadOnlySpan<float> actual, Oracle expected, double terms, [CallerArgumentExpression(nameof(actual))] string? what = null) =>
        Check(actual, expected, terms, ulps: 4, rounding: BFloat16.UnitRoundoff, what);

    static void Check(ReadOnlySpan<float> actual, Oracle expected, double terms, double ulps, double rounding, string? what)
    {
        if (actual.Length != expected.Length) Assert.Fail($"{what}: {actual.Length} results, the oracle has {expected.Length}.");
        int worst = -1, failures = 0;
        double worstRatio = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            double value = expected.Value[i], limit = Limit(value, expected.Magnitude[i], terms, ulps);
            limit += rounding * (Math.Abs(value) + limit);
            double error = Math.Abs(actual[i] - expected.Value[i]);
            if (error <= limit) continue;
            failures++;
            double ratio = double.IsNaN(error) ? double.PositiveInfinity : error / limit;
            if (ratio > worstRatio) (worst, worstRatio) = (i, ratio);
        }
        if (failures == 0) return;
        Assert.Fail(string.Create(CultureInfo.InvariantCulture,
            $"{what}: {failures} of {actual.Length} results are outside their budget; "
            + $"the worst, at {worst}, is {actual[worst]:g9} instead of "
            + $"{expected.Value[worst]:g9}, {worstRatio:g3} times the limit (seed {TestRandom.Seed})."));
    }

    /// <summary>Fails where two results differ in a single bit.</summary>
    public static void CheckSameBits(
        ReadOnlySpan<float> first, ReadOnlySpan<float> second, [CallerArgumentExpression(nameof(second))] string? what = null)
    {
        if (first.Length != second.Length) Assert.Fail($"{what}: {second.Length} results instead of {first.Length}.");
        for (int i = 0; i < first.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(first[i]) != BitConverter.SingleToInt32Bits(second[i]))
            {
                Assert.Fail($"{what}: the bits differ at {i}: {first[i]:g9} and {second[i]:g9} (seed {TestRandom.Seed}).");
            }
        }
    }
}
