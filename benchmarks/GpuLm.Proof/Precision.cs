using GpuLm.Kernels.Common;

namespace GpuLm.Proof;

/// <summary>How operands are stored. Sums are taken in fp32 in each.</summary>
/// <param name="Name">As the command line has it.</param>
/// <param name="Format">Of matrices and activations; vectors, losses and gradients of parameters are fp32 in each.</param>
/// <param name="Roundoff">Relative error of storing a number.</param>
sealed record Precision(string Name, NumberFormat Format, double Roundoff)
{
    const double Fp32Roundoff = 1.0 / (1 << 24);

    public static Precision Fp32 { get; } = new("fp32", NumberFormat.Fp32, Fp32Roundoff);

    public static Precision Bf16 { get; } = new("bf16", NumberFormat.Bf16, BFloat16.UnitRoundoff);

    public static IReadOnlyList<Precision> All { get; } = [Bf16, Fp32];

    public static Precision? Find(string name) => All.FirstOrDefault(precision => precision.Name == name);

    /// <summary>Whether a device has kernels for it.</summary>
    public bool RunsOn(ComputeDevice device) => Format == NumberFormat.Fp32 || device.Cuda is { HasTensorCores: true };

    /// <summary>
    /// How far a sum may be off: by rounding in fp32, which grows with the root of the number of terms; and, where storage is narrower, by
    /// rounding of the result and of intermediate values, whose errors are as good as independent and add up to the root of their number.
    /// </summary>
    /// <param name="stored">How the sum is stored.</param>
    /// <param name="value">The sum.</param>
    /// <param name="magnitude">The sum of its terms' absolute values.</param>
    /// <param name="terms">How many terms it has.</param>
    /// <param name="rounded">The root of the sum of the squares of the terms that are rounded to storage; of all if not given.</param>
    public static double Limit(NumberFormat stored, double value, double magnitude, double terms, double? rounded = null)
    {
        double sum = 4 * Fp32Roundoff * (Math.Sqrt(terms) + 1) * magnitude + 1e-30;
        return stored == NumberFormat.Fp32 ? sum : sum + 2 * Bf16.Roundoff * (Math.Abs(value) + (rounded ?? magnitude / Math.Sqrt(terms)));
    }
}
