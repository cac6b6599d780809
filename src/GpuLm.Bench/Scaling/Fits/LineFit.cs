using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace GpuLm.Bench.Scaling.Fits;

/// <summary>
/// A straight line y = a + b x by least squares, with the classical intervals: b +- t s / sqrt(Sxx), where s^2 is the sum of squared
/// residuals over n - 2 and t is Student's with n - 2 degrees of freedom (Draper and Smith, "Applied Regression Analysis", chapter 1).
/// </summary>
public sealed record LineFit
{
    readonly double meanX, sumOfSquaresX, quantile;

    LineFit(double[] x, double[] y)
    {
        (double intercept, double slope) = Fit.Line(x, y);
        Count = x.Length;
        meanX = x.Average();
        sumOfSquaresX = x.Sum(value => (value - meanX) * (value - meanX));
        double residuals = x.Zip(y, (at, value) => value - (intercept + slope * at)).Sum(residual => residual * residual);
        double meanY = y.Average(), total = y.Sum(value => (value - meanY) * (value - meanY));
        RSquared = total > 0 ? 1 - residuals / total : double.NaN;
        ResidualDeviation = Math.Sqrt(residuals / (Count - 2));
        quantile = StudentT.InvCDF(0, 1, Count - 2, 1 - (1 - Estimate.Confidence) / 2);
        double slopeError = ResidualDeviation / Math.Sqrt(sumOfSquaresX);
        Intercept = Around(intercept, ResidualDeviation * Math.Sqrt(1.0 / Count + meanX * meanX / sumOfSquaresX));
        Slope = Around(slope, slopeError);
    }

    /// <summary>a.</summary>
    public Estimate Intercept { get; }

    /// <summary>b.</summary>
    public Estimate Slope { get; }

    /// <summary>s, the typical distance of a point from the line.</summary>
    public double ResidualDeviation { get; }

    /// <summary>The share of y's variance that the line explains.</summary>
    public double RSquared { get; }

    /// <summary>Points.</summary>
    public int Count { get; }

    /// <summary>Fits a line; null where the points do not identify one with its uncertainty: fewer than three, or all at one x.</summary>
    /// <exception cref="ArgumentException">The lists differ in length, or a value is not finite.</exception>
    public static LineFit? Of(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Count != y.Count) throw new ArgumentException($"{x.Count} values of x do not fit {y.Count} of y.", nameof(y));
        if (!x.Concat(y).All(double.IsFinite)) throw new ArgumentException("A point of a fit is not finite.", nameof(x));
        return x.Count < 3 || x.Distinct().Count() < 2 ? null : new LineFit([.. x], [.. y]);
    }

    /// <summary>The line at x, with the interval of the line itself.</summary>
    public Estimate At(double x) => Around(Value(x), ResidualDeviation * Math.Sqrt(1.0 / Count + Leverage(x)));

    /// <summary>The line at x, with the interval in which one further point would lie.</summary>
    public Estimate Predict(double x) => Around(Value(x), ResidualDeviation * Math.Sqrt(1 + 1.0 / Count + Leverage(x)));

    double Value(double x) => Intercept.Value + Slope.Value * x;

    double Leverage(double x) => (x - meanX) * (x - meanX) / sumOfSquaresX;

    Estimate Around(double value, double error) => new(value, value - quantile * error, value + quantile * error);
}
