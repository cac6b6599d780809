using System.CommandLine;
using System.Globalization;
using GpuLm.Devices;
using GpuLm.Models;
using GpuLm.Tuning;

namespace GpuLm.Cli;

/// <summary><c>gpulm tune</c>: measures how a training step's matrix products are best cut on a CUDA device.</summary>
static class TuneCommand
{
    const string DefaultModel = "gpt2";
    const int DefaultBatch = 32, DefaultVocabulary = 50_257;

    public static Command Create(Terminal terminal)
    {
        var device = Options.Device();
        var model = Options.Choice(
            "--model", $"Size of the model whose products are measured. Default: {DefaultModel}.", GptConfig.Presets.Keys);
        var batch = Options.Number("--batch", $"Sequences in one pass. Default: {DefaultBatch}.", 1);
        var vocabulary = Options.Number("--vocabulary", $"Tokens of the vocabulary. Default: {DefaultVocabulary}.", 2);
        var command = new Command(
            "tune", "Measures every way to cut a training step's products in bf16 on a CUDA device, and keeps the fastest for later runs.")
        {
            device, model, batch, vocabulary,
        };
        command.SetAction((parsed, cancellation) =>
        {
            using var catalog = new DeviceCatalog();
            var info = catalog.Select(parsed.GetValue(device) ?? "auto");
            using var opened = catalog.Open(info);
            var tuner = new MatMulTuner(opened);
            var config = GptConfig.FromPreset(parsed.GetValue(model) ?? DefaultModel, parsed.GetValue(vocabulary) ?? DefaultVocabulary);
            int tokens = (parsed.GetValue(batch) ?? DefaultBatch) * config.ContextLength;
            terminal.Out.WriteLine($"device   {info}");
            foreach (var product in TunedProduct.Of(config, tokens))
            {
                if (cancellation.IsCancellationRequested) return Task.FromResult(CommandLine.Interrupted);   // what was measured is kept
                terminal.Out.WriteLine(Line(tuner.Tune(product)));
            }
            terminal.Out.WriteLine($"kept in  {tuner.Path}");
            return Task.FromResult(CommandLine.Success);
        });
        return command;
    }

    static string Line(TuningResult result)
    {
        string refused = result.Refused.Count == 0 ? "" : $"; wrong results, never chosen: {string.Join(", ", result.Refused)}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Product.Name,-19} {result.Product.Sizes,-26} {result.Best,-20} {Units.Flops(result.FlopsPerSecond),12}, "
            + $"{result.Speedup:0.00} times the rule's {result.Rule}{refused}");
    }
}
