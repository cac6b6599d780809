using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using GpuLm.Models;
using GpuLm.Training;

namespace GpuLm.Cli.Training.Arguments;

/// <summary>What <c>gpulm train</c> was asked to do, checked as far as the command line alone can be.</summary>
/// <param name="Text">The text.</param>
/// <param name="Shape">The model; its vocabulary is not known before the text is read, and is 1 here.</param>
/// <param name="Options">The training run.</param>
/// <param name="BatchIsOpen">Whether the batch is yet to be chosen; the options then count one sequence.</param>
/// <param name="Machine">On what it computes.</param>
/// <param name="Folder">Where it writes.</param>
/// <param name="Watch">What it shows.</param>
sealed record TrainSettings(
    TextSettings Text, GptConfig Shape, TrainingOptions Options, bool BatchIsOpen, MachineSettings Machine, FolderSettings Folder,
    WatchSettings Watch);

/// <summary>The options of <c>gpulm train</c>, in groups.</summary>
sealed class TrainArguments
{
    public TrainArguments() => Recipe = new RecipeArguments(Model, Batch);

    public TextArguments Text { get; } = new();

    public ModelArguments Model { get; } = new();

    public BatchArguments Batch { get; } = new();

    public RecipeArguments Recipe { get; }

    public MachineArguments Machine { get; } = new();

    public FolderArguments Folder { get; } = new();

    public WatchArguments Watch { get; } = new();

    /// <summary>Every setting, in the order of help and of configurations.</summary>
    public IEnumerable<Setting> All =>
        [.. Text.All, .. Model.All, .. Batch.All, .. Recipe.All, .. Machine.All, .. Folder.All, .. Watch.All];

    /// <summary>A file of settings; the command line goes before it.</summary>
    public Option<string> Config { get; } = new("--config")
    {
        Description = "Settings from a JSON file, whose keys are these options with _ for -; options given here go before it.",
        HelpName = "FILE",
    };

    public Option<bool> PrintConfig { get; } = new("--print-config")
    {
        Description = "Print all settings, defaults included, as such a file has them, and train nothing. A batch of auto "
            + "stays auto: it follows from the text and the device.",
    };

    public Option<bool> PrintSchema { get; } = new("--config-schema") { Description = "Print the JSON schema of such files." };

    IEnumerable<Alternatives> Alternatives => [Recipe.Ends, Batch.Totals];

    public JsonObject Schema => ConfigSchema.Of(All, Alternatives);

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[Config, PrintConfig, PrintSchema]) command.Options.Add(option);
        foreach (var setting in All) command.Options.Add(setting.Option);
        command.Options.Add(Folder.Resume);
        Action<CommandResult>[] checks = [Recipe.Ends.Check, Batch.Totals.Check, Model.Check, Batch.Check, Watch.Check, Folder.Check];
        foreach (var check in checks) command.Validators.Add(result => IfReadable(result, check));
    }

    /// <summary>The settings that a command line decides, by giving them or by giving others in their place.</summary>
    public HashSet<Setting> DecidedBy(CommandResult result)
    {
        var decided = WithAlternatives(All.Where(setting => setting.Given(result)));
        if (result.Given(Folder.Resume)) decided.UnionWith([Folder.Out, Folder.InitFrom, Text.Tokenizer]);
        return decided;
    }

    /// <summary>Settings, and those that say the same in other ways.</summary>
    public HashSet<Setting> WithAlternatives(IEnumerable<Setting> settings)
    {
        var all = settings.ToHashSet();
        foreach (var each in Alternatives.Where(each => all.Overlaps(each.Settings))) all.UnionWith(each.Settings);
        // A preset is a whole shape.
        if (all.Contains(Model.Model)) all.UnionWith(Model.All);
        return all;
    }

    /// <summary>The settings of a command line that was parsed without errors.</summary>
    public TrainSettings Read(CommandResult result)
    {
        var machine = Machine.Read(result);
        var options = Recipe.Read(result) with { Recompute = machine.Recompute, UseGraph = machine.CudaGraph };
        return new TrainSettings(
            Text.Read(result), Model.Read(result), options, Batch.IsOpen(result), machine, Folder.Read(result), Watch.Read(result));
    }

    /// <summary>What it means for a run that goes on that a setting changed.</summary>
    /// <param name="change">The setting.</param>
    /// <param name="sameBatches">Whether the run sees the batches that it would have seen.</param>
    public string MeaningOf(ConfigDifference change, bool sameBatches)
    {
        bool Concerns(IEnumerable<Setting> settings) => settings.Any(setting => setting.Key == change.Key);
        if (sameBatches && Concerns(Batch.All)) return "steps keep their sequences, and numbers are rounded otherwise";
        if (Concerns([.. Text.All, .. Batch.All, Recipe.Seed])) return "from here on the run sees other batches than it would have seen";
        if (Concerns([Machine.Device, Machine.Precision, Machine.MasterWeights])) return "from here on numbers are rounded otherwise";
        if (Concerns(Recipe.Ends.Settings)) return "from here on the learning rate follows the new end";
        bool learns = Concerns(Recipe.All) && !Concerns([Recipe.EvaluateEvery, Recipe.MaxBadSteps]);
        return learns ? "from here on the run learns otherwise than it would have" : "what the run learns stays the same";
    }

    static void IfReadable(CommandResult result, Action<CommandResult> check)
    {
        try
        {
            check(result);
        }
        catch (InvalidOperationException)
        {
            // An option's value is wrong; its own check, which comes after this one, says so.
        }
    }
}
