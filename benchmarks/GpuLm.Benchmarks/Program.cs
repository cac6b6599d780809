using System.Reflection;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using GpuLm.Benchmarks;
using GpuLm.Devices;
using GpuLm.Kernels.Common;

// BenchmarkDotNet's own options pass through (--filter, --list, --artifacts, --exporters ...). Ours: --suite kernels|all, and --quick,
// which trades precision for time: three rounds in this very process.
var options = args.ToList();
bool quick = options.Remove("--quick");
int at = options.IndexOf("--suite");
string suite = at < 0 ? "all" : options.ElementAtOrDefault(at + 1) ?? "";
if (at >= 0) options.RemoveRange(at, Math.Min(2, options.Count - at));
if (suite is not ("kernels" or "all"))
{
    Console.Error.WriteLine($"--suite is kernels or all, not '{suite}'.");
    return 2;
}
if (!options.Any(option => option is "--filter" or "-f" or "--list")) options.AddRange(["--filter", "*"]);

string[] suffixes = ["Benchmarks", "Bf16Benchmarks"];
var operations = KernelCatalog.All.SelectMany(entry => suffixes.Select(suffix => entry.Operation + suffix)).ToHashSet();
var benchmarks = typeof(OpBenchmark).Assembly.GetTypes()
    .Where(type => !type.IsAbstract && type.GetMethods().Any(method => method.IsDefined(typeof(BenchmarkAttribute))))
    .Where(type => suite == "all" || operations.Contains(type.Name));
var deviceIsCuda = new Lazy<bool>(() =>
{
    using var catalog = new DeviceCatalog();
    return catalog.Select(Environment.GetEnvironmentVariable("GPULM_BENCHMARK_DEVICE") ?? "auto").Kind == DeviceKind.Cuda;
});
var config = ManualConfig.Create(DefaultConfig.Instance)
    .AddJob(quick ? Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance) : Job.Default)
    .AddFilter(new SimpleFilter(benchmark => !NeedsCuda(benchmark) || deviceIsCuda.Value))
    .AddColumn(new ThroughputColumn("GFLOP/s", entry => entry.Flops), new ThroughputColumn("GB/s", entry => entry.Bytes))
    .HideColumns(Column.Job, Column.IterationCount, Column.LaunchCount, Column.WarmupCount, Column.Toolchain);

var summaries = BenchmarkSwitcher.FromTypes([.. benchmarks]).Run([.. options], config).ToList();
bool listed = options.Contains("--list");
bool ran = summaries.Count > 0
    && summaries.All(summary => !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success));
return listed || ran ? 0 : 1;

static bool NeedsCuda(BenchmarkCase benchmark) =>
    benchmark.Descriptor.WorkloadMethod.GetCustomAttribute<KernelAttribute>() is { } kernel
    && kernel.Kernels.Any(entry => entry.Target != KernelTarget.AnyDevice);
