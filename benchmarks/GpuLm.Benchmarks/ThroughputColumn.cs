using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using GpuLm.Kernels.Common;

namespace GpuLm.Benchmarks;

/// <summary>Names the kernels that a benchmark times, mostly one, as the catalog does, so that their work is known.</summary>
/// <param name="names">Names of <see cref="KernelCatalog"/>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelAttribute(params string[] names) : Attribute
{
    /// <summary>Names of <see cref="KernelCatalog"/>.</summary>
    public IReadOnlyList<string> Names { get; } = names;

    /// <summary>The catalog's entries of these names.</summary>
    public IEnumerable<KernelEntry> Kernels => Names.Select(KernelCatalog.Find);
}

/// <summary>
/// The work of a benchmark's kernel, by the catalog and the benchmark's <see cref="OpBenchmark.Sizes"/>, in units of 10^9 a second.
/// </summary>
sealed class ThroughputColumn(string name, Func<KernelEntry, Func<KernelSizes, double>> work) : IColumn
{
    public string Id => name;
    public string ColumnName => name;
    public bool AlwaysShow => true;
    public ColumnCategory Category => ColumnCategory.Custom;
    public int PriorityInCategory => 0;
    public bool IsNumeric => true;
    public UnitType UnitType => UnitType.Dimensionless;
    public string Legend => $"{name}: what the kernel's formula needs, by the kernel catalog, over the mean time";

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        var kernel = benchmarkCase.Descriptor.WorkloadMethod.GetCustomAttribute<KernelAttribute>();
        double? nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Mean;
        if (kernel is null || nanoseconds is null) return "-";
        return Sizes(benchmarkCase) is { } sizes
            ? (kernel.Kernels.Sum(entry => work(entry)(sizes)) / nanoseconds.Value).ToString("N1", CultureInfo.InvariantCulture)
            : "-";
    }

    static KernelSizes? Sizes(BenchmarkCase benchmarkCase)
    {
        if (Activator.CreateInstance(benchmarkCase.Descriptor.Type) is not OpBenchmark benchmark) return null;
        foreach (var parameter in benchmarkCase.Parameters.Items)
        {
            benchmarkCase.Descriptor.Type.GetProperty(parameter.Name)?.SetValue(benchmark, parameter.Value);
        }
        return benchmark.Sizes;
    }
}
