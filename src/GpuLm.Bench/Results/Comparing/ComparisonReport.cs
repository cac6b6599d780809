using System.Globalization;

namespace GpuLm.Bench.Results.Comparing;

/// <summary>A comparison as people read it.</summary>
public static class ComparisonReport
{
    /// <summary>Rows that are faster or slower first, then the others, as a table with its summary and its rules.</summary>
    public static Section Of(Comparison comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        var rows = comparison.Rows.OrderBy(row => row.Verdict == Verdict.Undecided).Select(Cells);
        return new Section(
            $"{comparison.Suite}: {comparison.Old.Commit[..Math.Min(8, comparison.Old.Commit.Length)]} against "
                + $"{comparison.New.Commit[..Math.Min(8, comparison.New.Commit.Length)]}",
            string.Join("\n\n", Paragraphs(comparison)),
            new TextTable(["row", "verdict", ">new / old", ">needed", ">p", "why undecided"], [.. rows]));
    }

    static IReadOnlyList<string> Cells(RowComparison row) =>
    [
        row.Name, row.Verdict.ToString().ToLowerInvariant(), Number(row.Ratio, "0.000"), Number(row.Threshold, "0.000"),
        Number(row.PValue, "0.0000"), row.Reason,
    ];

    static IEnumerable<string> Paragraphs(Comparison comparison)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{comparison.Count(Verdict.Faster)} rows faster, {comparison.Count(Verdict.Slower)} slower, "
            + $"{comparison.Count(Verdict.Undecided)} undecided, on {comparison.New.Device.Name} ({comparison.New.Workers} workers). "
            + $"All rows together moved by a factor of {comparison.CommonRatio:0.000} in time.");
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"A verdict needs a ratio of medians beyond {Comparison.LeastChange:0 %} and beyond what the machine itself changed between "
            + $"and within the runs, and samples that differ by the Mann-Whitney test at {Comparison.Level:0 %} for all "
            + $"rows together (Holm).");
        if (Software(comparison) is { Length: > 0 } software) yield return $"Software that changed: {software}.";
        if (comparison.OnlyOld.Count > 0) yield return $"Only in the old run: {string.Join(", ", comparison.OnlyOld)}.";
        if (comparison.OnlyNew.Count > 0) yield return $"Only in the new run: {string.Join(", ", comparison.OnlyNew)}.";
    }

    static string Software(Comparison comparison) => string.Join(
        ", ",
        comparison.Old.Software.Keys.Union(comparison.New.Software.Keys)
            .Select(name => (name, old: Version(comparison.Old, name), current: Version(comparison.New, name)))
            .Where(software => software.old != software.current)
            .Select(software => $"{software.name} {software.old} to {software.current}"));

    static string Version(RunEnvironment environment, string name) => environment.Software.GetValueOrDefault(name, "none");

    static string Number(double value, string format) =>
        double.IsNaN(value) ? "" : value.ToString(format, CultureInfo.InvariantCulture);
}
