namespace GpuLm.Reference;

/// <summary>Rounding to bf16, by arithmetic instead of bits.</summary>
public static class ConversionReference
{
    const int FractionBits = 7, SmallestExponent = -126, LargestExponent = 127;

    /// <summary>
    /// The nearest numbers with 8 significant bits, ties to even; infinite from halfway beyond the largest such number on.
    /// </summary>
    public static Oracle ToBf16(double[] x)
    {
        var y = new Oracle(x.Length);
        for (int i = 0; i < x.Length; i++) y.Set(i, double.IsFinite(x[i]) ? Round(x[i]) : x[i]);
        return y;
    }

    static double Round(double x)
    {
        if (x == 0) return x;
        double unit = Math.ScaleB(1, Math.Max(Math.ILogB(x), SmallestExponent) - FractionBits);
        double rounded = Math.Round(x / unit, MidpointRounding.ToEven) * unit;
        return Math.Abs(rounded) < Math.ScaleB(1, LargestExponent + 1) ? rounded : double.CopySign(double.PositiveInfinity, x);
    }
}
