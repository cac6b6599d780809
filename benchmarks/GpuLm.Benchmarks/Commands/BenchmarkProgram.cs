using System.CommandLine;
using GpuLm.Bench;
using GpuLm.Bench.Reports;
using GpuLm.Bench.Results;
using GpuLm.Bench.Scaling;
using GpuLm.Bench.Steps;
using GpuLm.Benchmarks.Harness;
using GpuLm.Devices;

namespace GpuLm.Benchmarks.Commands;

/// <summary>Runs suites one after the other and keeps the result of each; one that fails does not stop the others.</summary>
static class BenchmarkProgram
{
    public const int Success = 0, Failure = 1, Usage = 2;

    public static int Run(string[] args, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        var options = new SuiteOptions();
        var command = options.Command();
        int status = Success;
        command.SetAction(parsed =>
        {
            status = Run(options, parsed, args, output, error, cancellation);
        });
        var parsed = command.Parse(args);
        try
        {
            parsed.Invoke(new InvocationConfiguration
            {
                Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
            });
        }
        catch (Exception e) when (IsForTheUser(e))
        {
            error.WriteLine($"error: {e.Message}");
            return Failure;
        }
        return parsed.Errors.Count > 0 ? Usage : status;
    }

    static int Run(
        SuiteOptions options, ParseResult parsed, string[] args, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        using var catalog = new DeviceCatalog();
        var bench = new BenchOptions(
            catalog, catalog.Select(parsed.GetValue(options.Device)!), options.Effort(parsed),
            $"dotnet run -c Release --project benchmarks/GpuLm.Benchmarks -- {string.Join(' ', args)}", output.WriteLine, cancellation);
        if (parsed.GetValue(options.List)) return List(bench, output);

        if (bench.Effort != Effort.Tiny) EnvironmentProbe.RequireClean();
        string folder = parsed.GetValue(options.Out)!.FullName;
        output.WriteLine($"device   {bench.Device}");
        int status = Success;
        foreach (string suite in options.Chosen(parsed))
        {
            if (cancellation.IsCancellationRequested) break;
            output.WriteLine($"\n{suite}");
            try
            {
                if (!Measure(suite, options, parsed, bench, folder)) status = Failure;
            }
            catch (Exception e) when (IsForTheUser(e))
            {
                error.WriteLine($"error: {suite}: {e.Message}");
                status = Failure;
            }
        }
        if (SuiteFile.Suites.Any(suite => File.Exists(SuiteFile.PathIn(folder, suite)))) ReportFolder.Write(folder);
        output.WriteLine($"\nreport   {Path.Combine(folder, ReportFolder.Page)}");
        return status;
    }

    /// <summary>Measures a suite and keeps its result.</summary>
    /// <returns>Whether no result was wrong, and every kernel of the device ran.</returns>
    static bool Measure(string suite, SuiteOptions options, ParseResult parsed, BenchOptions bench, string folder)
    {
        if (suite == "peers") return new PeersProcess(bench, folder, parsed.GetValue(options.LlmC)).Run();
        var result = suite switch
        {
            "kernels" => KernelSuite.Run(bench, parsed.GetValue(options.Filter), folder),
            "step" => StepSuite.Run(bench),
            "scaling" => ScalingSuite.Run(bench),
            _ => throw new GpuLmException($"There is no suite '{suite}'."),
        };
        SuiteFile.Write(folder, result);
        return result.Rows.All(row => suite == "kernels" ? row.Reason is null : !row.Refused);
    }

    static int List(BenchOptions bench, TextWriter output)
    {
        using var device = bench.Open();
        var target = Target.Of(device, bench.Device.CacheBytes);
        foreach (var measured in KernelSuite.CasesOf(target, bench.Effort)) output.WriteLine(measured);
        return Success;
    }

    /// <summary>Whether an error's message tells the user what to do; any other error is ours, and keeps its stack trace.</summary>
    static bool IsForTheUser(Exception e) => e is GpuLmException or DeviceNotFoundException or IOException or UnauthorizedAccessException;
}
