using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using GpuLm.Bench.Results;

namespace GpuLm.Benchmarks.Harness;

/// <summary>A figure of a result's row in BenchmarkDotNet's table.</summary>
sealed class RowColumn(string name, string legend, KernelRows rows, Func<ResultRow, double> value, string format) : IColumn
{
    public string Id => name;
    public string ColumnName => name;
    public bool AlwaysShow => true;
    public ColumnCategory Category => ColumnCategory.Custom;
    public int PriorityInCategory => 0;
    public bool IsNumeric => true;
    public UnitType UnitType => UnitType.Dimensionless;
    public string Legend => $"{name}: {legend}";

    /// <summary>All columns of ours.</summary>
    public static IColumn[] All(KernelRows rows) =>
    [
        new RowColumn("GFLOP/s", "what the formula needs, over the median", rows, row => row.Flops / row.Samples!.Median / 1e9, "f1"),
        new RowColumn("GB/s", "each input and output once, over the median", rows, row => row.Bytes / row.Samples!.Median / 1e9, "f1"),
        new RowColumn("of ceiling", "the least time by the measured ceilings, over the median", rows, row => row.ShareOfCeiling, "p1"),
        new RowColumn("spread", "the quartiles' distance over the median", rows, row => row.Samples!.Spread, "p1"),
        new RowColumn("launches", "kernels that one call launches", rows, row => row.Launches, "f0"),
        new RowColumn("machine", "the machine's speed beside it, of its peak", rows, row => row.MachineSpeed, "p0"),
    ];

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        rows.Of(summary[benchmarkCase]) is { Samples: not null } row ? value(row).ToString(format, CultureInfo.InvariantCulture) : "-";
}
