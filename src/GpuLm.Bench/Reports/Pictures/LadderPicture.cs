using GpuLm.Bench.Ladder;
using GpuLm.Models;
using ScottPlot;

namespace GpuLm.Bench.Reports.Pictures;

/// <summary>The hardware ladder: the speed of the same training step over what each device can do, both measured.</summary>
static class LadderPicture
{
    /// <summary>Draws tokens/s over the measured peak.</summary>
    public static Plot OverPeak(HardwareLadder ladder) => Draw(ladder, "Over the measured peak", "peak, FLOP/s", step => step.MeasuredPeak);

    /// <summary>Draws tokens/s over the measured bandwidth.</summary>
    public static Plot OverBandwidth(HardwareLadder ladder) =>
        Draw(ladder, "Over the measured memory bandwidth", "bandwidth, B/s", step => step.Environment.Peaks.BytesPerSecond);

    static Plot Draw(HardwareLadder ladder, string title, string x, Func<MeasuredStep, double> ability)
    {
        var plot = Style.New(title, x, "tokens/s");
        var drawn = new List<MeasuredStep>();
        foreach (var (series, task) in ladder.Tasks().Index())
        {
            var steps = task.Where(step => ability(step) > 0).OrderBy(ability).ToList();
            if (steps.Count == 0) continue;
            var line = plot.Add.Connected(steps.Select(step => LogAxis.Point(ability(step), step.TokensPerSecond)), Style.ColorOf(series));
            (line.MarkerShape, line.MarkerSize, line.LegendText) = (MarkerShape.FilledCircle, 9, Style.Clean($"{task.Key} (measured)"));
            drawn.AddRange(steps);
        }
        foreach (var device in drawn.GroupBy(step => (step.Folder, step.Precision)))
        {
            var top = device.MaxBy(step => step.TokensPerSecond)!;
            var text = plot.Add.Text(
                Style.Clean($"{top.Environment.Device.Name}, {PrecisionSupport.NameOf(top.Precision)}"),
                LogAxis.At(ability(top)), LogAxis.At(top.TokensPerSecond));
            (text.LabelFontSize, text.LabelFontColor, text.LabelAlignment, text.OffsetY) = (11, Style.Ink, Alignment.LowerCenter, -8);
        }
        LogAxis.Set(plot.Axes.Bottom, drawn.Select(ability));
        LogAxis.Set(plot.Axes.Left, drawn.Select(step => step.TokensPerSecond));
        plot.ShowLegend(Alignment.UpperLeft);
        return plot;
    }
}
