using ScottPlot;
using ScottPlot.TickGenerators;

namespace GpuLm.Bench.Reports.Pictures;

/// <summary>Logarithmic axes: points are drawn at their logarithms, and the axis says what they stand for.</summary>
static class LogAxis
{
    /// <summary>Where a value is drawn.</summary>
    public static double At(double value) => Math.Log10(value);

    /// <summary>Where a point is drawn.</summary>
    public static (double X, double Y) Point(double x, double y) => (At(x), At(y));

    /// <summary>Makes an axis run over some values, each of which has its tick.</summary>
    public static void SetTo(IAxis axis, IReadOnlyCollection<double> values)
    {
        Set(axis, values);
        double[] places = [.. values.Distinct().Order().Select(At)];
        axis.TickGenerator = new NumericManual(places, [.. values.Distinct().Order().Select(Numbers.Round)]);
    }

    /// <summary>Makes an axis run from the least to the largest of some values, with a margin.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="values">Values above 0; others are left out.</param>
    public static void Set(IAxis axis, IEnumerable<double> values)
    {
        // Two ticks at least, where there is one value only.
        const double margin = 0.15, least = 0.7;
        double[] drawn = [.. values.Where(value => value > 0 && double.IsFinite(value)).Select(At).DefaultIfEmpty(0)];
        double low = drawn.Min() - margin, high = drawn.Max() + margin;
        if (high - low < least) (low, high) = ((low + high - least) / 2, (low + high + least) / 2);
        (axis.Min, axis.Max) = (low, high);
        var ticks = new NumericManual();
        int[] steps = high - low > 4 ? [1] : high - low > 2 ? [1, 3] : [1, 2, 5];
        for (int decade = (int)Math.Floor(low); decade <= Math.Ceiling(high); decade++)
        {
            for (int digit = 1; digit <= 9; digit++)
            {
                double value = digit * Math.Pow(10, decade);
                if (At(value) < low || At(value) > high) continue;
                if (steps.Contains(digit)) ticks.AddMajor(At(value), Numbers.Round(value));
                else ticks.AddMinor(At(value));
            }
        }
        axis.TickGenerator = ticks;
    }
}
