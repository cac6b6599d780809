namespace GpuLm.Bench.Scaling.Fits;

/// <summary>
/// An exponential trend y = A e^(b x), as the straight line ln y = ln A + b x: constant relative growth, as Moore's law has it (G. Moore,
/// "Cramming more components onto integrated circuits", 1965). Residuals are taken to be equal in relative size.
/// </summary>
public sealed record LogLinearFit
{
    LogLinearFit(LineFit line) => Line = line;

    /// <summary>The line in x and ln y.</summary>
    public LineFit Line { get; }

    /// <summary>e^b: the factor by which y grows while x grows by 1.</summary>
    public Estimate Growth => Exponential(Line.Slope);

    /// <summary>
    /// ln 2 / b: how far x must go for y to double. Negative where y falls: then it halves. Where the data allow growth as well as decline,
    /// the interval is unbounded on both sides.
    /// </summary>
    public Estimate DoublingTime
    {
        get
        {
            double time = Math.Log(2) / Line.Slope.Value;
            return Line.Slope.Holds(0)
                ? new Estimate(time, double.NegativeInfinity, double.PositiveInfinity)
                : new Estimate(time, Math.Log(2) / Line.Slope.High, Math.Log(2) / Line.Slope.Low);
        }
    }

    /// <summary>
    /// Fits a trend; null where the points do not identify one with its uncertainty: fewer than three, or all at one x.
    /// </summary>
    /// <param name="x">Time, for instance in years.</param>
    /// <param name="y">Positive values.</param>
    /// <exception cref="ArgumentException">The lists differ in length, a value is not finite, or a y is not positive.</exception>
    public static LogLinearFit? Of(IReadOnlyList<double> x, IReadOnlyList<double> y) =>
        LineFit.Of(x, Logarithms(y)) is { } line ? new LogLinearFit(line) : null;

    /// <summary>The trend at x, with the interval of the trend itself.</summary>
    public Estimate At(double x) => Exponential(Line.At(x));

    /// <summary>The trend at x, with the interval in which one further point would lie.</summary>
    public Estimate Predict(double x) => Exponential(Line.Predict(x));

    internal static double[] Logarithms(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (!values.All(value => value > 0)) throw new ArgumentException("A logarithm needs positive values.", nameof(values));
        return [.. values.Select(value => Math.Log(value))];
    }

    internal static Estimate Exponential(Estimate logarithm) =>
        new(Math.Exp(logarithm.Value), Math.Exp(logarithm.Low), Math.Exp(logarithm.High));
}
