using System.Globalization;

namespace GpuLm.Bench.Scaling.Fits;

/// <summary>A figure with its 95 % confidence interval.</summary>
/// <param name="Value">The best single figure.</param>
/// <param name="Low">Lower end; may be negative infinity.</param>
/// <param name="High">Upper end; may be infinity.</param>
public readonly record struct Estimate(double Value, double Low, double High)
{
    /// <summary>The probability that the interval holds the true figure.</summary>
    public const double Confidence = 0.95;

    /// <summary>Whether the interval holds a figure.</summary>
    public bool Holds(double value) => value >= Low && value <= High;

    /// <summary><c>1.84 (1.79 to 1.90)</c>, each in a format.</summary>
    public string ToString(string format) => string.Create(
        CultureInfo.InvariantCulture, $"{Text(Value, format)} ({Text(Low, format)} to {Text(High, format)})");

    /// <inheritdoc/>
    public override string ToString() => ToString("0.###");

    static string Text(double value, string format) => double.IsPositiveInfinity(value)
        ? "unbounded"
        : double.IsNegativeInfinity(value) ? "minus unbounded" : value.ToString(format, CultureInfo.InvariantCulture);
}
