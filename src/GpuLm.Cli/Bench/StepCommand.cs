using System.CommandLine;
using GpuLm.Bench.Steps;

namespace GpuLm.Cli.Bench;

/// <summary><c>gpulm bench step</c>: how fast whole training steps are, where their time goes, how far that is from the floor.</summary>
static class StepCommand
{
    public static Command Create(Terminal terminal)
    {
        var models = Options.Choices(
            "--model", $"Models, each timed by itself. Default: {string.Join(", ", StepModel.Standard.Select(model => model.Name))}.",
            StepModel.All.Select(model => model.Name));
        var batch = Options.Number("--batch", "Sequences in a batch. Default: the model's, or what fits.", 1, most: 1 << 16);
        var context = Options.Number("--context", "Tokens in a sequence. Default: the model's.", 1, most: 1 << 16);
        var precision = Options.Precision();
        var recompute = Options.Recompute();
        var graph = Options.CudaGraph();
        return new MeasuringCommand(terminal).Create(
            "step", "Times whole training steps and their kernel families: tokens/s, utilization, floor.",
            [models, batch, context, precision, recompute, graph],
            (parsed, options) => StepSuite.Run(options, new StepSettings
            {
                Models = parsed.GetValue(models) is { Length: > 0 } names ? names : null,
                Batch = parsed.GetValue(batch),
                Length = parsed.GetValue(context),
                Precisions = Options.PrecisionOf(parsed.GetValue(precision)) is { } chosen ? [chosen] : null,
                Recompute = Options.RecomputeOf(parsed.GetValue(recompute)),
                UseGraph = parsed.GetValue(graph) != "off",
            }));
    }
}
