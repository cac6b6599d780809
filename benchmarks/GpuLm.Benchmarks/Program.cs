using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using GpuLm.Benchmarks;

// BenchmarkDotNet's own options pass through (--filter, --list, --artifacts, --exporters ...). --quick trades precision for time: three
// rounds in this very process. GPULM_DEVICE chooses the device (cpu, opencl, cuda:1, ...; auto where it is not set).
bool quick = args.Contains("--quick");
string[] options = [.. args.Where(argument => argument != "--quick")];
if (!options.Any(argument => argument is "--filter" or "-f" or "--list")) options = [.. options, "--filter", "*"];
var job = quick ? Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance) : Job.Default;
var config = ManualConfig.Create(DefaultConfig.Instance)
    .AddJob(job)
    .AddColumn(new ThroughputColumn("GFLOP/s", entry => entry.Flops), new ThroughputColumn("GB/s", entry => entry.Bytes))
    .HideColumns(Column.Job, Column.IterationCount, Column.LaunchCount, Column.WarmupCount, Column.Toolchain);

var summaries = BenchmarkSwitcher.FromAssembly(typeof(KernelAttribute).Assembly).Run(options, config);
return options.Contains("--list") || (summaries.Any() && summaries.All(summary => summary.Reports.All(report => report.Success) && !summary.HasCriticalValidationErrors)) ? 0 : 1;
