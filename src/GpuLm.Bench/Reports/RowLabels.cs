using GpuLm.Bench.Results;

namespace GpuLm.Bench.Reports;

/// <summary>The labels by which reports know what a row is.</summary>
static class RowLabels
{
    public const string Kernel = "kernel", Family = "family", Model = "model", Sweep = "sweep", Setting = "setting", Precision = "precision",
        What = "what", Shape = "shape", Side = "side";

    /// <summary>The side that is this library, in a row of peers.</summary>
    public const string Ours = "GpuLm";

    /// <summary>A label's text; empty where the row lacks it.</summary>
    public static string Label(this ResultRow row, string name) => row.Labels.GetValueOrDefault(name, "");

    /// <summary>The operation of a kernel: <c>LayerNorm</c> of <c>LayerNorm.Forward</c>.</summary>
    public static string OperationOf(ResultRow row)
    {
        string kernel = row.Labels.GetValueOrDefault(Kernel, row.Name);
        int end = kernel.IndexOfAny(['.', ' ', ',']);
        return end < 0 ? kernel : kernel[..end];
    }

    static readonly string[] SelfExplaining = [Model, What, Shape, Precision, Kernel];

    /// <summary>All labels of a row but some, as one text.</summary>
    public static string Others(this ResultRow row, params string[] without) =>
        string.Join(", ", row.Labels.Where(label => !without.Contains(label.Key) && label.Value.Length > 0)
            .Select(label => SelfExplaining.Contains(label.Key) ? label.Value : $"{label.Key} {label.Value}"));
}
