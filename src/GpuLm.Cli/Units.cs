using System.Globalization;

namespace GpuLm.Cli;

/// <summary>Large numbers as people read them: three digits and a prefix.</summary>
static class Units
{
    /// <summary><c>512 MB</c>, in powers of 1000.</summary>
    public static string Bytes(double bytes) => Scaled(bytes) + "B";

    /// <summary><c>480 GFLOP/s</c>.</summary>
    public static string Flops(double flops) => Scaled(flops) + "FLOP/s";

    /// <summary><c>124 M</c>.</summary>
    public static string Count(double count) => Scaled(count).TrimEnd();

    static string Scaled(double value)
    {
        string[] prefixes = ["", "k", "M", "G", "T", "P", "E"];
        int prefix = 0;
        for (; value >= 999.5 && prefix < prefixes.Length - 1; prefix++) value /= 1000;
        string digits = prefix == 0 || value >= 99.95 ? "0" : value >= 9.995 ? "0.0" : "0.00";
        return $"{value.ToString(digits, CultureInfo.InvariantCulture)} {prefixes[prefix]}";
    }
}
