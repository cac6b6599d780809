using System.CommandLine;
using System.CommandLine.Parsing;
using GpuLm.Models;
using GpuLm.Training;

namespace GpuLm.Cli.Training.Arguments;

/// <summary>What <c>gpulm train</c> was asked to do, checked as far as the command line alone can be.</summary>
/// <param name="Text">The text.</param>
/// <param name="Shape">The model; its vocabulary is not known before the text is read, and is 1 here.</param>
/// <param name="Options">The training run.</param>
/// <param name="Machine">On what it computes.</param>
/// <param name="Folder">Where it writes.</param>
/// <param name="Watch">What it shows.</param>
sealed record TrainSettings(
    TextSettings Text, GptConfig Shape, TrainingOptions Options, MachineSettings Machine, FolderSettings Folder, WatchSettings Watch);

/// <summary>The options of <c>gpulm train</c>, in groups.</summary>
sealed class TrainArguments
{
    public TrainArguments() => Recipe = new RecipeArguments(Model);

    public TextArguments Text { get; } = new();

    public ModelArguments Model { get; } = new();

    public RecipeArguments Recipe { get; }

    public MachineArguments Machine { get; } = new();

    public FolderArguments Folder { get; } = new();

    public WatchArguments Watch { get; } = new();

    /// <summary>Every setting, in the order of help and of configurations.</summary>
    public IEnumerable<Setting> All => [.. Text.All, .. Model.All, .. Recipe.All, .. Machine.All, .. Folder.All, .. Watch.All];

    public void AddTo(Command command)
    {
        foreach (var setting in All) command.Options.Add(setting.Option);
        command.Options.Add(Folder.Resume);
        command.Validators.Add(Recipe.Check);
        command.Validators.Add(Model.Check);
        command.Validators.Add(Watch.Check);
        command.Validators.Add(Folder.Check);
    }

    /// <summary>The settings of a command line that was parsed without errors.</summary>
    public TrainSettings Read(CommandResult result)
    {
        var machine = Machine.Read(result);
        var options = Recipe.Read(result) with { Recompute = machine.Recompute, UseGraph = machine.CudaGraph };
        return new TrainSettings(
            Text.Read(result), Model.Read(result), options, machine, Folder.Read(result), Watch.Read(result));
    }
}
