using System.CommandLine;
using GpuLm.Cli.Training;
using GpuLm.Cli.Training.Arguments;
using GpuLm.Devices;
using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.Training;

namespace GpuLm.Cli;

/// <summary><c>gpulm train</c>: trains a model, shows how it goes, and writes a model directory with its metrics.</summary>
static class TrainCommand
{
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
        using var text = TrainingText.Open(settings.Text, terminal);
        var config = settings.Shape with { VocabularySize = text.Data.Tokenizer.VocabularySize };
        using var catalog = new DeviceCatalog();
        var info = catalog.Select(settings.Machine.Device);
        using var device = catalog.Open(info);
        var format = Format(settings.Machine, device, config);
        var plan = TrainingMemory.Require(config, settings.Options, format, info);
        var peaks = DeviceProbe.Measure(device);
        using var model = new Gpt(device, config, settings.Options.Seed, format);
        using var trainer = new Trainer(model, text.Data, settings.Options) { PeakFlops = peaks.FlopsPerSecondIn(format.Precision) };
        string folder = RunFolder.Create(settings.Folder.Folder, text.Name);
        text.WriteHeldOut(folder, terminal);

        string tensorCores = format.Precision == Precision.Fp32 ? "" : $" in {PrecisionSupport.NameOf(format.Precision)}";
        string peak = Units.Flops(trainer.PeakFlops) + tensorCores;
        terminal.Out.WriteLine($"device   {info}, measured {peak} and {Units.Bytes(peaks.BytesPerSecond)}/s");
        terminal.Out.WriteLine($"numbers  {RunDescription.Of(format)}");
        terminal.Out.WriteLine($"model    {RunDescription.Of(config)}");
        terminal.Out.WriteLine($"text     {text.Description}; {settings.Text.Tokenizer} tokenizer, {config.VocabularySize} tokens");
        terminal.Out.WriteLine($"memory   {RunDescription.Of(plan, settings.Options.Recompute, info.MemoryBytes)}");
        terminal.Out.WriteLine($"run      {folder}: {RunDescription.Of(settings.Options, config)}");
        using var run = new TrainingRun(trainer, model, text.Data.Tokenizer, settings, folder);
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
