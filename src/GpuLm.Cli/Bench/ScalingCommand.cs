using System.CommandLine;
using System.Text.Json;
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
        var sweeps = Sweeps();
        var quick = new Option<bool>("--quick") { Description = "Fewer settings and rounds: minutes instead of an hour." };
        var tiny = new Option<bool>("--tiny") { Description = "Everything once at sizes whose figures mean nothing: shows that it works." };
        var output = new Option<string>("--out") { Description = "Folder that keeps the result with its report.", HelpName = "DIR" };
        var json = Options.Json();
        var command = new Command("scaling", "Measures how training scales with workers, batch, context, model size, precision and device.")
        {
            device, model, sweeps, quick, tiny, output, json,
        };
        command.SetAction(parsed =>
        {
            var effort = parsed.GetValue(tiny) ? Effort.Tiny : parsed.GetValue(quick) ? Effort.Quick : Effort.Full;
            string? folder = parsed.GetValue(output);
            if (folder is not null && effort != Effort.Tiny) EnvironmentProbe.RequireClean();
            using var catalog = new DeviceCatalog();
            using var interruption = new Interruption(() => terminal.Error.WriteLine("Stopping after this block."));
            var options = new BenchOptions(
                catalog, catalog.Select(parsed.GetValue(device) ?? "auto"), effort, $"gpulm bench scaling {Arguments(parsed)}".Trim(),
                terminal.Error.WriteLine, interruption.Token);
            var result = ScalingSuite.Run(options, new ScalingSettings { Sweeps = parsed.GetValue(sweeps), Model = parsed.GetValue(model) });
            if (folder is not null)
            {
                SuiteFile.Write(folder, result);
                foreach (string path in ReportFolder.Write(folder)) terminal.Error.WriteLine(path);
            }
            if (parsed.GetValue(json)) terminal.Out.WriteLine(JsonSerializer.Serialize(result, BenchOutput.Json));
            else Show(terminal, result);
            return interruption.Token.IsCancellationRequested ? CommandLine.Interrupted : CommandLine.Success;
        });
        return command;
    }

    static Option<string[]?> Sweeps() => new("--sweep")
    {
        Description = $"What is swept, several with commas: {string.Join(", ", ScalingSettings.All)}. Default: all.",
        HelpName = "NAMES",
        CustomParser = result =>
        {
            string[] names = result.Tokens[0].Value.Split(',');
            foreach (string name in names.Except(ScalingSettings.All))
            {
                result.AddError($"--sweep takes some of {string.Join(", ", ScalingSettings.All)}; '{name}' is not one.");
            }
            return names;
        },
    };

    static string Arguments(ParseResult parsed) => string.Join(' ', parsed.Tokens.SkipWhile(token => token.Value != "scaling").Skip(1).Select(token => token.Value));

    static void Show(Terminal terminal, SuiteResult result)
    {
        foreach (var section in result.Sections)
        {
            terminal.Out.WriteLine(section.Title);
            terminal.Out.WriteLine(section.Text);
            if (section.Table is { } table) terminal.Write(table);
            terminal.Out.WriteLine();
        }
    }
}
