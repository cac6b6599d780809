using System.Globalization;
using GpuLm.Bench.Ladder;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace GpuLm.Bench.Reports.Pictures;

/// <summary>Published figures by year with their trends, and what was measured here in marks of its own.</summary>
static class TrendPicture
{
    /// <summary>Draws the trends of one unit.</summary>
    public static Plot Draw(string title, IReadOnlyList<Trend> trends)
    {
        var plot = Style.New(title, "year in which it could be had", trends[0].Unit);
        foreach (var (series, trend) in trends.Index())
        {
            double[] years = [.. trend.Points.Select(point => point.Accelerator.Available.Year)];
            var marks = plot.Add.Marks(
                trend.Points.Select(point => (point.Accelerator.Available.Year, LogAxis.At(point.Value))), Style.ColorOf(series));
            (marks.MarkerShape, marks.MarkerSize, marks.LegendText) = (MarkerShape.OpenCircle, 8, Style.Clean($"{trend.What}, published"));
            var line = plot.Add.Line(years.Min(), LogAxis.At(trend.At(years.Min())), years.Max(), LogAxis.At(trend.At(years.Max())));
            line.LineColor = Style.ColorOf(series);
            line.LegendText = string.Create(CultureInfo.InvariantCulture, $"doubles in {trend.Fit.DoublingTime.ToString("0.0")} years");
        }
        LogAxis.Set(plot.Axes.Left, trends.SelectMany(trend => trend.Points).Select(point => point.Value));
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic
        {
            IntegerTicksOnly = true, LabelFormatter = year => year.ToString("0", CultureInfo.InvariantCulture),
        };
        plot.ShowLegend(Alignment.UpperLeft);
        return plot;
    }
}
