using System.CommandLine;
using GpuLm.Cli.Training;
using GpuLm.Cli.Training.Arguments;
using GpuLm.Cli.Training.Dashboard;
using GpuLm.Devices;
using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.Training;

namespace GpuLm.Cli;

/// <summary><c>gpulm train</c>: trains a model, shows how it goes, and writes a model directory with its metrics.</summary>
static class TrainCommand
{
    /// <summary>The part of a text that a run held out, as its folder keeps it for <c>gpulm evaluate</c>.</summary>
    const string HeldOutName = "held-out.txt";

    public static Command Create(Terminal terminal)
    {
        var arguments = new TrainArguments();
        var command = new Command(
            "train", "Trains a model on text and saves it. Ctrl-C finishes the step and saves; a second Ctrl-C leaves at once.");
        arguments.AddTo(command);
        command.SetAction(parsed => Run(arguments.Read(parsed.CommandResult), terminal));
        return command;
    }

    static int Run(TrainSettings settings, Terminal terminal)
    {
        using var recorders = new RunRecorders(settings.Watch);
        var text = TrainingText.Open(settings.Text);
        var config = settings.Shape with { VocabularySize = text.Data.Tokenizer.VocabularySize };
        using var catalog = new DeviceCatalog();
        var info = catalog.Select(settings.Machine.Device);
        using var device = catalog.Open(info);
        var format = Format(settings.Machine, device, config);
        var plan = TrainingMemory.Require(config, settings.Options, format, info);
        var peaks = DeviceProbe.Measure(device);
        using var model = new Gpt(device, config, settings.Options.Seed, format);
        using var trainer = new Trainer(model, text.Data, settings.Options) { PeakFlops = peaks.FlopsPerSecondIn(format.Precision) };
        using var sampler = new RunSampler(
            model, text.Data.Tokenizer, settings.Watch.SamplePrompts, settings.Watch.SampleTokens, settings.Options.Seed);
        string folder = RunFolder.Create(settings.Folder.Folder, text.Name);
        if (text.HeldOut is not null) File.WriteAllBytes(Path.Combine(folder, HeldOutName), text.HeldOut);

        string tensorCores = format.Precision == Precision.Fp32 ? "" : $" in {PrecisionSupport.NameOf(format.Precision)}";
        string peak = Units.Flops(trainer.PeakFlops) + tensorCores;
        NamedText[] description =
        [
            new("device", $"{info}, measured {peak} and {Units.Bytes(peaks.BytesPerSecond)}/s"),
            new("numbers", RunDescription.Of(format)),
            new("model", RunDescription.Of(config)),
            new("text", $"{text.Description}; {settings.Text.Tokenizer} tokenizer, {config.VocabularySize} tokens"),
            new("memory", RunDescription.Of(plan, settings.Options.Recompute, info.MemoryBytes)),
            new("run", $"{folder}: {RunDescription.Of(settings.Options, config)}"),
        ];
        foreach (var line in description) terminal.Out.WriteLine($"{line.Name,-8} {line.Value}");
        if (recorders.Dashboard is { } dashboard)
        {
            dashboard.Describe(description, settings.Options);
            terminal.Out.WriteLine($"watch    {dashboard.Address}");
        }
        recorders.Open(folder, trainer.StepsDone);
        var run = new TrainingRun(trainer, model, text.Data.Tokenizer, settings, sampler, recorders, folder);
        bool finished = run.Start(terminal);
        if (finished) run.WriteSamples(terminal.Out);
        terminal.Out.WriteLine($"The model is in {folder}. Try: gpulm generate --model {folder} --prompt \"{text.Prompt}\"");
        return finished ? CommandLine.Success : CommandLine.Interrupted;
    }

    static ModelFormat Format(MachineSettings settings, ComputeDevice device, GptConfig config)
    {
        var format = new ModelFormat(
            settings.Precision is { } asked ? PrecisionSupport.Require(asked, device, config) : PrecisionSupport.Best(device, config),
            settings.MasterWeights);
        if (!format.MasterWeights && format.Precision != Precision.Bf16)
        {
            throw new GpuLmException(
                $"--master-weights off needs bf16; this run is in {PrecisionSupport.NameOf(format.Precision)}, which has no other weights. "
                + "Leave the option out, or use --precision bf16 on a CUDA device.");
        }
        return format;
    }
}
