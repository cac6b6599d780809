using System.CommandLine;
using GpuLm.Bench;
using GpuLm.Bench.Reports;
using GpuLm.Bench.Results;
using GpuLm.Bench.Scaling;
using GpuLm.Bench.Steps;
using GpuLm.Devices;

namespace GpuLm.Cli.Bench;

/// <summary><c>gpulm bench scaling</c>: how the training step's throughput scales.</summary>
static class ScalingCommand
{
    public static Command Create(Terminal terminal)
    {
        var device = Options.Device();
        var model = Options.Choice(
            "--model", "Model that the sweeps over anything but its size train. Default: one that suits the device.",
            StepModel.All.Select(one => one.Name));
        var sweeps = Options.Choices("--sweep", "What is swept, several with commas. Default: all.", ScalingSettings.All);
        var effort = BenchArguments.Effort();
        var output = BenchArguments.Out();
        var json = Options.Json();
        var command = new Command("scaling", "Measures how training scales with workers, batch, context, model size, precision and device.")
        {
            device, model, sweeps, effort.Quick, effort.Tiny, output, json,
        };
        command.SetAction(parsed =>
        {
            string? folder = parsed.GetValue(output);
            if (folder is not null) EnvironmentProbe.RequireClean();
            using var catalog = new DeviceCatalog();
            using var interruption = new Interruption(() => terminal.Error.WriteLine("Finishing ..."));
            var options = new BenchOptions(
                catalog, catalog.Select(parsed.GetValue(device) ?? "auto"), effort.Of(parsed), BenchArguments.Command(parsed),
                terminal.Error.WriteLine, interruption.Token);
            var result = ScalingSuite.Run(options, new ScalingSettings
            {
                Sweeps = parsed.GetValue(sweeps) is { Length: > 0 } names ? names : null,
                Model = parsed.GetValue(model),
            });
            if (parsed.GetValue(json)) terminal.Out.WriteLine(SuiteFile.ToJson(result));
            else terminal.Write(result);
            if (folder is not null)
            {
                SuiteFile.Write(folder, result);
                ReportFolder.Write(folder);
            }
            return interruption.Token.IsCancellationRequested ? CommandLine.Interrupted
                : result.Rows.Any(row => row.Refused) ? CommandLine.Failure : CommandLine.Success;
        });
        return command;
    }
}
