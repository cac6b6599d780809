using System.CommandLine;
using GpuLm.Bench.Scaling;
using GpuLm.Bench.Steps;

namespace GpuLm.Cli.Bench;

/// <summary><c>gpulm bench scaling</c>: how the training step's throughput scales.</summary>
static class ScalingCommand
{
    public static Command Create(Terminal terminal)
    {
        var model = Options.Choice(
            "--model", "Model that the sweeps over anything but its size train. Default: one that suits the device.",
            StepModel.All.Select(one => one.Name));
        var sweeps = Options.Choices("--sweep", "What is swept, several with commas. Default: all.", ScalingSettings.All);
        return new MeasuringCommand(terminal).Create(
            "scaling", "Measures how training scales with workers, batch, context, model size, precision and device.", [model, sweeps],
            (parsed, options) => ScalingSuite.Run(options, new ScalingSettings
            {
                Sweeps = parsed.GetValue(sweeps) is { Length: > 0 } names ? names : null,
                Model = parsed.GetValue(model),
            }));
    }
}
