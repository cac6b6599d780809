using System.CommandLine;
using System.Globalization;
using GpuLm.Cli.Training;
using GpuLm.Data;
using GpuLm.Devices;
using GpuLm.Lab.Worlds;
using GpuLm.Models;
using GpuLm.Tokenization;
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
        var command = new Command("train", "Trains a model on text and saves it. Ctrl-C finishes the step and saves; a second Ctrl-C leaves at once.");
        arguments.AddTo(command);
        command.SetAction(parsed => Run(arguments.Read(parsed.CommandResult), terminal));
        return command;
    }

    static int Run(TrainSettings settings, Terminal terminal)
    {
        var (data, text, heldOut) = OpenText(settings);
        using var catalog = new DeviceCatalog();
        var info = catalog.Select(settings.Device);
        using var device = catalog.Open(info);
        var config = settings.Shape with { VocabularySize = data.Tokenizer.VocabularySize };
        var plan = Trainer.Plan(config, settings.Options);
        if (plan.Total > info.MemoryBytes)
        {
            throw new GpuLmException(
                $"Training this model needs {Units.Bytes(plan.Total)}; {info} has {Units.Bytes(info.MemoryBytes)}. Use a smaller --batch, --context or --model.");
        }
        var peaks = DeviceProbe.Measure(device);
        using var model = new Gpt(device, config, settings.Options.Seed);
        using var trainer = new Trainer(model, data, settings.Options) { PeakFlops = peaks.FlopsPerSecond };
        string folder = RunFolder.Create(settings.Folder, settings.Texts.Count == 0 ? "stories" : Path.GetFileNameWithoutExtension(settings.Texts[0].TrimEnd('/', '\\')));
        if (heldOut is not null) File.WriteAllBytes(Path.Combine(folder, HeldOutName), heldOut);

        WriteHeader(terminal.Out, settings, info, peaks, model, plan, text, folder);
        using var run = new TrainingRun(trainer, model, data.Tokenizer, settings.Options, folder);
        bool finished = run.Start(terminal);
        if (finished) run.WriteSamples(terminal.Out);
        terminal.Out.WriteLine($"The model is in {folder}. Try: gpulm generate --model {folder} --prompt \"Anna has\"");
        return finished ? CommandLine.Success : CommandLine.Interrupted;
    }

    static (TokenDataset Data, string Description, byte[]? HeldOut) OpenText(TrainSettings settings)
    {
        if (settings.Texts.Count == 0)
        {
            return (StoryWorld.Dataset(settings.Tokenizer), "built-in stories that never repeat", null);
        }
        byte[] utf8 = TextSource.Read(settings.Texts);
        var data = TextDataset.Create(utf8, Tokenizers.Create(settings.Tokenizer, utf8));
        int cut = TextDataset.Cut(utf8);
        string description = string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", settings.Texts)}: {cut:N0} bytes to train on, {utf8.Length - cut:N0} held out");
        return (data, description, utf8[cut..]);
    }

    static void WriteHeader(
        TextWriter output, TrainSettings settings, DeviceInfo info, DevicePeaks peaks, Gpt model, MemoryPlan plan, string text, string folder)
    {
        var (config, options) = (model.Config, settings.Options);
        string end = options.Duration is { } duration
            ? RunProgress.Time(duration) + " minutes"
            : string.Create(CultureInfo.InvariantCulture, $"{options.Steps:N0} steps, {Units.Count((double)options.Steps * options.Batch * options.Accumulate * config.ContextLength)} tokens");
        output.WriteLine($"device   {info}, measured {Units.Flops(peaks.FlopsPerSecond)} and {Units.Bytes(peaks.BytesPerSecond)}/s");
        output.WriteLine($"model    {Units.Count(model.Layout.ParameterCount)} parameters: {config.Layers} layers, {config.Heads} heads, {config.Channels} channels, context {config.ContextLength}");
        output.WriteLine($"text     {text}; {settings.Tokenizer} tokenizer, {config.VocabularySize} tokens");
        output.WriteLine(
            $"memory   {Units.Bytes(plan.Total)}: parameters {Units.Bytes(plan.Parameters)}, gradients {Units.Bytes(plan.Gradients)}, "
            + $"moments {Units.Bytes(plan.Moments)}, activations {Units.Bytes(plan.Activations)}");
        output.WriteLine($"run      {folder}: {end}, {options.Batch} x {options.Accumulate} sequences a step, seed {options.Seed}");
    }
}
