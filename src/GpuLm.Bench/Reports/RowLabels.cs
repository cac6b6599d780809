using GpuLm.Bench.Results;

namespace GpuLm.Bench.Reports;

/// <summary>The labels by which reports know what a row is.</summary>
static class RowLabels
{
    public const string Kernel = "kernel", Operation = "operation", Shape = "shape", Precision = "precision", Model = "model",
        Family = "family", Sweep = "sweep", Setting = "setting", What = "what";

    /// <summary>A label's text; empty where the row lacks it.</summary>
    public static string Label(this ResultRow row, string name) => row.Labels.GetValueOrDefault(name, "");

    /// <summary>The operation of a kernel; where a row does not name it, <c>LayerNorm</c> of <c>LayerNorm.Forward</c>.</summary>
    public static string OperationOf(ResultRow row)
    {
        if (row.Label(Operation) is [_, ..] operation) return operation;
        string kernel = row.Labels.GetValueOrDefault(Kernel, row.Name);
        int end = kernel.IndexOfAny(['.', ' ', ',']);
        return end < 0 ? kernel : kernel[..end];
    }

    /// <summary>The step that a family's row belongs to.</summary>
    public static string CaseOf(ResultRow family)
    {
        string end = $", {family.Label(Family)}";
        return family.Name.EndsWith(end, StringComparison.Ordinal) ? family.Name[..^end.Length] : family.Others(Family);
    }

    static readonly string[] SelfExplaining = [Model, What, Shape, Precision, Kernel];

    /// <summary>All labels of a row but some, as one text.</summary>
    public static string Others(this ResultRow row, params string[] without) =>
        string.Join(", ", row.Labels.Where(label => !without.Contains(label.Key) && label.Value.Length > 0)
            .Select(label => SelfExplaining.Contains(label.Key) ? label.Value : $"{label.Key} {label.Value}"));
}
