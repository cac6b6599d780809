using System.Globalization;
using GpuLm.Bench.Measuring;
using GpuLm.Bench.Results;

namespace GpuLm.Bench.Steps;

/// <summary>The rows of the step suite as tables to be read.</summary>
public static class StepTables
{
    /// <summary>One line for each case.</summary>
    public static TextTable Cases(IEnumerable<ResultRow> rows) => new(
        ["step", ">ms", ">spread", ">tokens/s", ">MFU", ">of floor", ">launches", ">memory, MB", ">J/step", ">machine"],
        [.. rows.Where(row => !IsFamily(row)).Select(CaseCells)]);

    /// <summary>One line for each family of each case, with the case's own line first.</summary>
    public static TextTable Families(IEnumerable<ResultRow> rows) => new(
        ["step", "family", ">ms", ">share", ">floor, ms", ">of floor", "bound", ">launches"],
        [.. rows.Where(row => IsFamily(row) && row.Samples is not null).Select(FamilyCells)]);

    internal static string Line(StepCase step, Samples samples) =>
        Text($"{step.Name}: {samples.Median * 1e3:0.0} ms, spread {samples.Spread:0.0%}, {step.Tokens / samples.Median:0} tokens/s");

    static bool IsFamily(ResultRow row) => row.Labels.ContainsKey(StepRows.Family);

    static string[] CaseCells(ResultRow row)
    {
        if (row.Samples is not { } samples) return [row.Name, row.Refused ? "refused" : "-", "", "", "", "", "", "", "", ""];
        double Figure(string name) => row.Figures.TryGetValue(name, out double value) ? value : double.NaN;
        return
        [
            row.Name, Text($"{samples.Median * 1e3:0.0}"), Text($"{samples.Spread:0.0%}"), Text($"{Figure(StepRows.TokensPerSecond):0}"),
            Percent(Figure(StepRows.Utilization)), Times(row), Text($"{row.Launches}"), Text($"{Figure(StepRows.Memory) / 1e6:0}"),
            Known(Figure(StepRows.Energy), "0.00"), Percent(row.MachineSpeed),
        ];
    }

    static string[] FamilyCells(ResultRow row)
    {
        string family = row.Labels[StepRows.Family];
        return
        [
            row.Name[..^(family.Length + 2)], family, Text($"{row.Samples!.Median * 1e3:0.00}"), Percent(row.Figures[StepRows.Share]),
            Known(row.FloorSeconds > 0 ? row.FloorSeconds * 1e3 : double.NaN, "0.00"), Times(row),
            row.Bound == Bound.Unknown ? "-" : row.Bound.ToString().ToLowerInvariant(), Text($"{row.Launches}"),
        ];
    }

    /// <summary>How many times its floor a row takes.</summary>
    static string Times(ResultRow row) => Known(1 / row.ShareOfCeiling, "0.00x");

    static string Percent(double share) => Known(share * 100, "0.0") is var text && text != "-" ? text + "%" : "-";

    static string Known(double value, string format) => double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "-";

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
