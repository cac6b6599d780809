using ScottPlot;
using ScottPlot.Plottables;

namespace GpuLm.Bench.Reports.Pictures;

/// <summary>Points as pairs, which ScottPlot takes as two arrays.</summary>
static class Drawing
{
    /// <summary>Adds marks without a line.</summary>
    public static Scatter Marks(this PlottableAdder add, IEnumerable<(double X, double Y)> points, Color color)
    {
        var (x, y) = Split(points);
        return add.ScatterPoints(x, y, color);
    }

    /// <summary>Adds a line without marks.</summary>
    public static Scatter Curve(this PlottableAdder add, IEnumerable<(double X, double Y)> points, Color color)
    {
        var (x, y) = Split(points);
        return add.ScatterLine(x, y, color);
    }

    /// <summary>Adds marks that a line connects.</summary>
    public static Scatter Connected(this PlottableAdder add, IEnumerable<(double X, double Y)> points, Color color)
    {
        var (x, y) = Split(points);
        return add.Scatter(x, y, color);
    }

    /// <summary>Adds bars at the places 0, 1, 2 ...</summary>
    public static BarPlot BarsOf(this PlottableAdder add, IEnumerable<double> values, Color color, double size)
    {
        Bar[] bars =
        [
            .. values.Index().Select(value => new Bar
            {
                Position = value.Index, Value = value.Item, FillColor = color, LineWidth = 0, Size = size,
            }),
        ];
        return add.Bars(bars);
    }

    /// <summary>Names the places 0, 1, 2 ... of an axis.</summary>
    public static void Name(this IAxis axis, IEnumerable<string> names)
    {
        string[] labels = [.. names.Select(Style.Clean)];
        double[] places = [.. Enumerable.Range(0, labels.Length).Select(place => (double)place)];
        axis.TickGenerator = new ScottPlot.TickGenerators.NumericManual(places, labels);
        axis.MajorTickStyle.Length = 0;
    }

    static (double[] X, double[] Y) Split(IEnumerable<(double X, double Y)> points)
    {
        (double X, double Y)[] all = [.. points];
        return ([.. all.Select(point => point.X)], [.. all.Select(point => point.Y)]);
    }
}
