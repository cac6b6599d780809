namespace GpuLm.Bench.Scaling.Fits;

/// <summary>
/// A power law y = A x^b, as the straight line ln y = ln A + b ln x on log axes. b = 1 is proportional to x; b below 1 gains less and less.
/// Residuals are taken to be equal in relative size.
/// </summary>
public sealed record PowerLawFit
{
    PowerLawFit(LineFit line) => Line = line;

    /// <summary>The line in ln x and ln y.</summary>
    public LineFit Line { get; }

    /// <summary>b.</summary>
    public Estimate Exponent => Line.Slope;

    /// <summary>A, the law at x = 1.</summary>
    public Estimate Factor => LogLinearFit.Exponential(Line.Intercept);

    /// <summary>
    /// Fits a law; null where the points do not identify one with its uncertainty: fewer than three, or all at one x.
    /// </summary>
    /// <param name="x">Positive values.</param>
    /// <param name="y">Positive values.</param>
    /// <exception cref="ArgumentException">The lists differ in length, or a value is not finite or not positive.</exception>
    public static PowerLawFit? Of(IReadOnlyList<double> x, IReadOnlyList<double> y) =>
        LineFit.Of(LogLinearFit.Logarithms(x), LogLinearFit.Logarithms(y)) is { } line ? new PowerLawFit(line) : null;

    /// <summary>The law at x, with the interval of the law itself.</summary>
    public Estimate At(double x) => LogLinearFit.Exponential(Line.At(Math.Log(x)));

    /// <summary>The law at x, with the interval in which one further point would lie.</summary>
    public Estimate Predict(double x) => LogLinearFit.Exponential(Line.Predict(Math.Log(x)));
}
