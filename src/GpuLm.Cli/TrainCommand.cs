using System.CommandLine;
using System.CommandLine.Parsing;
using GpuLm.Checkpoints;
using GpuLm.Cli.Training;
using GpuLm.Cli.Training.Arguments;
using GpuLm.Cli.Training.Dashboard;
using GpuLm.Devices;
using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.Training;

namespace GpuLm.Cli;

/// <summary><c>gpulm train</c>: trains a model, shows how it goes, and writes a model directory with its metrics.</summary>
sealed class TrainCommand : Command
{
    public TrainCommand(Terminal terminal)
        : base("train", "Trains a model on text and saves it. Ctrl-C finishes the step and saves; a second Ctrl-C leaves at once.")
    {
        Settings.AddTo(this);
        SetAction(parsed =>
        {
            if (parsed.GetValue(Settings.PrintSchema)) return Print(TrainConfig.Indent(Settings.Schema), terminal);
            var origin = FindOrigin(parsed.CommandResult);
            return parsed.GetValue(Settings.PrintConfig)
                ? Print(TrainConfig.Resolve(Settings, parsed.CommandResult).Text, terminal)
                : Run(Settings, parsed.CommandResult, origin, terminal);
        });
    }

    public TrainArguments Settings { get; } = new();

    static int Print(string text, Terminal terminal)
    {
        terminal.Out.Write(text);
        return CommandLine.Success;
    }

    /// <summary>Finds the model that the run begins with, whose shape goes before the one that the settings ask for.</summary>
    RunOrigin FindOrigin(CommandResult result)
    {
        var origin = RunOrigin.Find(Settings.Folder.Read(result));
        if (origin.Resume is { } point) Settings.Recipe.GoesOnFrom = point.State;
        if (origin.Config is { } config) Settings.Model.Load(config, result);
        if (origin.TokenizerName is { } tokenizer) Settings.Text.Load(tokenizer, result);
        return origin;
    }

    static int Run(TrainArguments arguments, CommandResult result, RunOrigin origin, Terminal terminal)
    {
        var settings = arguments.Read(result);
        if (!settings.BatchIsOpen && Finished(origin, settings) is { } finished) return SayFinished(finished, terminal);
        using var recorders = new RunRecorders(settings.Watch, settings.Folder.Folder);
        using var text = TrainingText.Open(settings.Text, terminal, origin.Tokenizer);
        var config = origin.Config ?? settings.Shape with { VocabularySize = text.Data.Tokenizer.VocabularySize };
        using var catalog = new DeviceCatalog();
        var info = catalog.Select(settings.Machine.Device);
        using var device = catalog.Open(info);
        var format = Format(settings.Machine, device, config);
        var memory = new TrainingMemory(config, format, info, DeviceMemory.UsableBytes(info, device));
        if (settings.BatchIsOpen)
        {
            arguments.Batch.Chosen =
                BatchChoice.Choose(memory, settings.Options, text.Data.TrainingTokens, arguments.Batch.TotalBatch.Of(result));
            settings = arguments.Read(result);
            if (Finished(origin, settings) is { } done) return SayFinished(done, terminal);
        }
        var plan = memory.Require(settings.Options);
        var peaks = settings.Machine.MeasurePeaks ? DeviceProbe.Measure(device) : null;
        using var model = origin.Create(device, config, settings.Options.Seed, format);
        double peak = peaks?.FlopsPerSecondIn(format.Precision) ?? double.NaN;
        using var trainer = new Trainer(model, text.Data, settings.Options) { PeakFlops = peak };
        using var sampler = new RunSampler(
            model, text.Data.Tokenizer, settings.Watch.SamplePrompts, settings.Watch.SampleTokens, settings.Options.Seed);
        using var held = origin.Resume is { } resumed ? resumed.Take() : RunFolder.Create(settings.Folder.Folder, text.Name);
        string folder = held.Path;
        text.WriteHeldOut(folder, terminal);

        NamedText[] description =
        [
            new("device", $"{info}{(peaks is null ? "" : $", measured {RunDescription.Of(peaks, format.Precision)}")}"),
            new("numbers", RunDescription.Of(format)),
            new("model", RunDescription.Of(config)),
            new("text", $"{text.Description}; {text.Data.Tokenizer.Kind} tokenizer, {config.VocabularySize} tokens"),
            new("memory", RunDescription.Of(plan, settings.Options, memory)),
            new("run", $"{folder}: {RunDescription.Of(settings.Options, config)}"),
        ];
        foreach (var line in description) terminal.Out.WriteLine($"{line.Name,-8} {line.Value}");
        if (recorders.Dashboard is { } dashboard)
        {
            dashboard.Describe(description, settings.Options);
            terminal.Out.WriteLine($"watch    {dashboard.Address}");
        }
        var resolved = TrainConfig.Resolve(arguments, result);
        var checkpoints = new RunCheckpoints(folder, settings.Folder.Keep, model, trainer, text.Data.Tokenizer, resolved);
        if (origin.Resume is { } point)
        {
            var lines = checkpoints.ContinueFrom(point);
            foreach (var change in point.ChangesTo(resolved))
            {
                terminal.Out.WriteLine($"changed  {change}: {arguments.MeaningOf(change, checkpoints.SeesSameBatches)}");
            }
            foreach (string line in lines) terminal.Out.WriteLine(line);
        }
        if (checkpoints.Shortage() is { } shortage) terminal.Out.WriteLine($"disk     {shortage}");
        recorders.Open(folder, origin.Resume?.State.Step ?? 0);
        // Only after all that can fail.
        if (origin.Resume is { } start) checkpoints.RemoveAfter(start);
        resolved.Write(folder);
        var run = new TrainingRun(trainer, settings, sampler, checkpoints, recorders);
        int exitCode = run.Start(terminal);
        if (exitCode != CommandLine.Success)
        {
            if (CheckpointStore.FindLatest(folder) is not null) terminal.Out.WriteLine($"Go on with: gpulm train --resume {folder}");
            return exitCode;
        }
        run.WriteSamples(terminal.Out);
        terminal.Out.WriteLine($"The model is in {folder}. Try: gpulm generate --model {folder} --prompt \"{text.Prompt}\"");
        return CommandLine.Success;
    }

    /// <summary>The checkpoint of a run that is to go on and has reached its end; nothing where there is something left to do.</summary>
    static ResumePoint? Finished(RunOrigin origin, TrainSettings settings) =>
        origin.Resume is { } point && point.IsFinished(settings.Options) ? point : null;

    /// <summary>A run that was stopped after its last checkpoint still lacks the model at its top.</summary>
    static int SayFinished(ResumePoint point, Terminal terminal)
    {
        using var folder = point.Take();
        RunCheckpoints.Publish(folder.Path);
        terminal.Out.WriteLine(
            $"The run in {point.Run} is finished: it made {point.State.Step} steps. "
            + "To go on, give it a larger --steps, --tokens or --minutes.");
        return CommandLine.Success;
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
