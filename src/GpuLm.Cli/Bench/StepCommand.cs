using System.CommandLine;
using System.CommandLine.Parsing;
using GpuLm.Bench;
using GpuLm.Bench.Reports;
using GpuLm.Bench.Results;
using GpuLm.Bench.Steps;
using GpuLm.Devices;

namespace GpuLm.Cli.Bench;

/// <summary><c>gpulm bench step</c>: how fast whole training steps are, where their time goes, how far that is from the floor.</summary>
static class StepCommand
{
    public static Command Create(Terminal terminal)
    {
        var device = Options.Device();
        var models = Options.Choices(
            "--model", $"Models, each timed by itself. Default: {string.Join(", ", StepModel.Standard.Select(model => model.Name))}.",
            StepModel.All.Select(model => model.Name));
        var batch = Options.Number("--batch", "Sequences in a batch. Default: the model's, or what fits.", 1, most: 1 << 16);
        var context = Options.Number("--context", "Tokens in a sequence. Default: the model's.", 1, most: 1 << 16);
        var precision = Options.Precision();
        var recompute = Options.Recompute();
        var graph = Options.CudaGraph();
        var effort = BenchArguments.Effort();
        var output = BenchArguments.Out();
        var json = Options.Json();
        var command = new Command("step", "Times whole training steps and their kernel families: tokens/s, utilization, floor.")
        {
            device, models, batch, context, precision, recompute, graph, effort.Quick, effort.Tiny, output, json,
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
            var result = StepSuite.Run(options, new StepSettings
            {
                Models = parsed.GetValue(models) is { Length: > 0 } names ? names : null,
                Batch = parsed.GetValue(batch),
                Length = parsed.GetValue(context),
                Precisions = Options.PrecisionOf(parsed.GetValue(precision)) is { } chosen ? [chosen] : null,
                Recompute = Options.RecomputeOf(parsed.GetValue(recompute)),
                UseGraph = parsed.GetValue(graph) != "off",
            });
            if (parsed.GetValue(json)) terminal.Out.WriteLine(SuiteFile.ToJson(result));
            else terminal.Write(result);
            if (folder is not null)
            {
                SuiteFile.Write(folder, result);
                foreach (string path in ReportFolder.Write(folder)) terminal.Error.WriteLine(path);
            }
            return interruption.Token.IsCancellationRequested ? CommandLine.Interrupted
                : result.Rows.Any(row => row.Refused) ? CommandLine.Failure : CommandLine.Success;
        });
        return command;
    }
}
