using GpuLm.Kernels.Common;
using GpuLm.Models;

namespace GpuLm.Benchmarks.Harness;

/// <summary>How far a right result may be from the oracle's. Sums are taken in fp32 in each precision.</summary>
public static class Rounding
{
    const double Fp32 = 1.0 / (1 << 24), Tf32 = 1.0 / (1 << 11);

    /// <summary>How numbers of a precision lie in memory.</summary>
    public static NumberFormat Format(this Precision precision) => precision == Precision.Bf16 ? NumberFormat.Bf16 : NumberFormat.Fp32;

    /// <summary>
    /// The limit of a sum. Rounding in fp32 grows with the root of the number of terms; where operands or results are stored more
    /// narrowly, so do the roundings of these, whose errors are as good as independent and add up to the root of their number. tf32
    /// rounds both operands of each product, whose error is then within 8 units of the root of the sum of squares but once in a billion.
    /// </summary>
    /// <param name="precision">Of the operands.</param>
    /// <param name="stored">How the sum is stored.</param>
    /// <param name="value">The sum.</param>
    /// <param name="magnitude">The sum of its terms' absolute values.</param>
    /// <param name="terms">How many terms it has.</param>
    /// <param name="rounded">The root of the sum of the squares of the terms that are rounded to storage; of all if not given.</param>
    public static double Limit(
        Precision precision, NumberFormat stored, double value, double magnitude, double terms, double? rounded = null)
    {
        double root = rounded ?? magnitude / Math.Sqrt(terms);
        double sum = 4 * Fp32 * (Math.Sqrt(terms) + 1) * magnitude + 1e-30;
        if (precision == Precision.Tf32) sum += 8 * Tf32 * root;
        return stored == NumberFormat.Fp32 ? sum : sum + 2 * BFloat16.UnitRoundoff * (Math.Abs(value) + root);
    }
}
