using System.CommandLine;
using System.Globalization;
using GpuLm.Cli.Training;
using GpuLm.Devices;
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
        var text = TrainingText.Open(settings);
        var config = settings.Shape with { VocabularySize = text.Data.Tokenizer.VocabularySize };
        var plan = Trainer.Plan(config, settings.Options);
        using var catalog = new DeviceCatalog();
        var info = catalog.Select(settings.Device);
        if (plan.Total > info.MemoryBytes)
        {
            throw new GpuLmException(
                $"Training this model needs {Units.Bytes(plan.Total)}; {info} has {Units.Bytes(info.MemoryBytes)}. "
                + "Use a smaller --batch, --context or --model.");
        }
        using var device = catalog.Open(info);
        var peaks = DeviceProbe.Measure(device);
        using var model = new Gpt(device, config, settings.Options.Seed);
        using var trainer = new Trainer(model, text.Data, settings.Options) { PeakFlops = peaks.FlopsPerSecond };
        string folder = RunFolder.Create(settings.Folder, text.Name);
        if (text.HeldOut is not null) File.WriteAllBytes(Path.Combine(folder, HeldOutName), text.HeldOut);

        terminal.Out.WriteLine($"device   {info}, measured {Units.Flops(peaks.FlopsPerSecond)} and {Units.Bytes(peaks.BytesPerSecond)}/s");
        terminal.Out.WriteLine($"model    {Describe(config)}");
        terminal.Out.WriteLine($"text     {text.Description}; {settings.Tokenizer} tokenizer, {config.VocabularySize} tokens");
        terminal.Out.WriteLine($"memory   {Describe(plan)}");
        terminal.Out.WriteLine($"run      {folder}: {Describe(settings.Options, config)}");
        using var run = new TrainingRun(trainer, model, text.Data.Tokenizer, settings.Options, folder);
        bool finished = run.Start(terminal);
        if (finished) run.WriteSamples(terminal.Out);
        terminal.Out.WriteLine($"The model is in {folder}. Try: gpulm generate --model {folder} --prompt \"{text.Prompt}\"");
        return finished ? CommandLine.Success : CommandLine.Interrupted;
    }

    static string Describe(GptConfig config) =>
        $"{Units.Count(new GptLayout(config).ParameterCount)} parameters: {config.Layers} {(config.Layers == 1 ? "layer" : "layers")}, {config.Heads} heads, "
        + $"{config.Channels} channels, context {config.ContextLength}";

    static string Describe(MemoryPlan plan) =>
        $"{Units.Bytes(plan.Total)}: parameters {Units.Bytes(plan.Parameters)}, gradients {Units.Bytes(plan.Gradients)}, "
        + $"moments {Units.Bytes(plan.Moments)}, activations {Units.Bytes(plan.Activations)}";

    static string Describe(TrainingOptions options, GptConfig config)
    {
        string batch = options.Accumulate == 1 ? $"{options.Batch}" : $"{options.Accumulate} x {options.Batch}";
        double tokens = (double)options.Batch * options.Accumulate * config.ContextLength;
        string end = options.Duration is { } duration
            ? $"{RunProgress.Time(duration)} minutes"
            : string.Create(CultureInfo.InvariantCulture, $"{options.Steps:N0} steps, {Units.Count(options.Steps * tokens)} tokens");
        return $"{end}, {batch} sequences a step, seed {options.Seed}";
    }
}
