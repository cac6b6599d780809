using System.Globalization;

namespace GpuLm.Bench.Scaling.Fits;

/// <summary>A figure with its 95 % confidence interval.</summary>
/// <param name="Value">The best single figure.</param>
/// <param name="Low">Lower end; may be negative infinity.</param>
/// <param name="High">Upper end; may be infinity.</param>
public readonly record struct Estimate(double Value, double Low, double High) : IFormattable
{
    /// <summary>The probability that the interval holds the true figure.</summary>
    public const double Confidence = 0.95;

    /// <summary>Whether the interval holds a figure.</summary>
    public bool Holds(double value) => value >= Low && value <= High;

    /// <summary><c>1.84 (1.79 to 1.90)</c>, each in a format.</summary>
    public string ToString(string format) => string.Create(
        CultureInfo.InvariantCulture, $"{Text(Value, format)} ({Text(Low, format)} to {Text(High, format)})");

    /// <summary>The same, for interpolated texts; numbers are written as everywhere, whatever the culture.</summary>
    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString(format ?? "0.###");

    /// <inheritdoc/>
    public override string ToString() => ToString("0.###");

    /// <summary>This times a positive factor.</summary>
    public Estimate Times(double factor) => new(Value * factor, Low * factor, High * factor);

    static string Text(double value, string format) => double.IsInfinity(value)
        ? value > 0 ? "unbounded" : "minus unbounded"
        : value.ToString(format, CultureInfo.InvariantCulture);
}
