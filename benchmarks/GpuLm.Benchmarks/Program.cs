using GpuLm.Bench;
using GpuLm.Bench.Results;
using GpuLm.Benchmarks.Harness;
using GpuLm.Devices;
using var catalog = new DeviceCatalog();
var o = new BenchOptions(catalog, catalog.Select("cpu"), args.Contains("--tiny") ? Effort.Tiny : Effort.Quick, "x", Console.WriteLine, default);
var r = KernelSuite.Run(o, null, "/tmp/kb/art");
SuiteFile.Write("/tmp/kb", r);
return 0;
