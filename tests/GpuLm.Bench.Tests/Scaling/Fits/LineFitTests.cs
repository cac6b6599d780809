using GpuLm.Bench.Scaling.Fits;
using MathNet.Numerics.Distributions;
using Xunit;

namespace GpuLm.Bench.Tests.Scaling.Fits;

public class LineFitTests
{
    const int Seeds = 400;

    [Fact]
    public void An_exact_line_is_found_exactly()
    {
        var fit = LineFit.Of([1, 2, 3, 5], [5, 7, 9, 13])!;
        Assert.Equal(3, fit.Intercept.Value, 1e-12);
        Assert.Equal(2, fit.Slope.Value, 1e-12);
        Assert.Equal(1, fit.RSquared, 1e-12);
        Assert.Equal(23, fit.At(10).Value, 1e-12);
    }

    /// <summary>By hand: x 1..5, y 2.1 3.9 6.2 7.8 10.1 leaves 0.107 of squares, Sxx is 10, t(3) is 3.18245.</summary>
    [Fact]
    public void The_interval_is_students()
    {
        var fit = LineFit.Of([1, 2, 3, 4, 5], [2.1, 3.9, 6.2, 7.8, 10.1])!;
        Assert.Equal(1.99, fit.Slope.Value, 1e-9);
        double deviation = Math.Sqrt(0.107 / 3);
        Assert.Equal(deviation, fit.ResidualDeviation, 1e-9);
        Assert.Equal(3.18245 * deviation / Math.Sqrt(10), fit.Slope.High - fit.Slope.Value, 1e-4);
    }

    [Fact]
    public void Nine_of_ten_intervals_hold_the_true_figures_and_far_fewer_hold_a_wrong_one()
    {
        double[] years = [2010, 2012, 2014, 2016, 2017, 2020, 2022, 2024];
        const double doubling = 2.5;
        double rate = Math.Log(2) / doubling;
        int doublings = 0, points = 0, further = 0, wrong = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            var noise = new Normal(0, 0.3, new Random(seed));
            double[] y = [.. years.Select(year => 7 * Math.Exp(rate * (year - 2010) + noise.Sample()))];
            var fit = LogLinearFit.Of(years, y)!;
            if (fit.DoublingTime.Holds(doubling)) doublings++;
            if (fit.DoublingTime.Holds(2 * doubling)) wrong++;
            double truth = 7 * Math.Exp(rate * 18);
            if (fit.At(2028).Holds(truth)) points++;
            if (fit.Predict(2028).Holds(truth * Math.Exp(noise.Sample()))) further++;
        }
        Assert.InRange(doublings, 0.92 * Seeds, 0.98 * Seeds);
        Assert.InRange(points, 0.92 * Seeds, 0.98 * Seeds);
        Assert.InRange(further, 0.92 * Seeds, 0.98 * Seeds);
        Assert.InRange(wrong, 0, 0.05 * Seeds);
    }

    [Fact]
    public void A_power_law_is_a_line_on_log_axes()
    {
        double[] x = [1, 10, 100, 1000];
        var fit = PowerLawFit.Of(x, [.. x.Select(value => 3 * Math.Pow(value, 0.8))])!;
        Assert.Equal(0.8, fit.Exponent.Value, 1e-9);
        Assert.Equal(3, fit.Factor.Value, 1e-9);
        Assert.Equal(3 * Math.Pow(5, 0.8), fit.At(5).Value, 1e-9);
    }

    [Fact]
    public void A_trend_that_may_be_flat_has_no_bounded_doubling_time()
    {
        var time = LogLinearFit.Of([1, 2, 3, 4], [1, 1.1, 0.9, 1.05])!.DoublingTime;
        Assert.Equal((double.NegativeInfinity, double.PositiveInfinity), (time.Low, time.High));
        Assert.Contains("unbounded", time.ToString(), default);
    }

    [Fact]
    public void A_fit_without_enough_points_is_none_and_bad_points_are_refused()
    {
        Assert.Null(LineFit.Of([1, 2], [1, 2]));
        Assert.Null(LineFit.Of([2, 2, 2], [1, 2, 3]));
        Assert.Null(LogLinearFit.Of([1, 2], [1, 2]));
        Assert.Throws<ArgumentException>(() => LineFit.Of([1, 2, 3], [1, 2]));
        Assert.Throws<ArgumentException>(() => LineFit.Of([1, 2, 3], [1, 2, double.NaN]));
        Assert.Throws<ArgumentException>(() => LogLinearFit.Of([1, 2, 3], [1, 2, 0]));
    }
}
