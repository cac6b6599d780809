using System.CommandLine;
using System.CommandLine.Parsing;

namespace GpuLm.Cli.Training.Arguments;

/// <summary>Where a run writes, and when it saves.</summary>
/// <param name="Folder">The run's folder; nothing chooses a fresh one.</param>
/// <param name="Resume">The run, or one of its checkpoints, that goes on; nothing begins a new one.</param>
/// <param name="InitFrom">The model whose weights the run begins with; nothing draws them.</param>
/// <param name="SaveEvery">Steps between saves; 0 saves at the end only.</param>
/// <param name="Keep">How many of the latest checkpoints stay; 0 keeps all.</param>
sealed record FolderSettings(string? Folder, string? Resume, string? InitFrom, int SaveEvery, int Keep);

/// <summary>The options that say where a run writes, and when it saves.</summary>
sealed class FolderArguments
{
    const int DefaultSaveEvery = 1000, DefaultKeep = 2;

    public Setting<string?> Out { get; } =
        Setting.Text("out", "Folder of the run, new or empty. Default: a fresh one under runs/.", "DIR");

    public Setting<string?> InitFrom { get; } = Setting.Text(
        "init-from",
        "Folder of a model, a run's or a published GPT-2's, whose weights, shape and tokenizer the run begins with. Default: weights drawn "
        + "from the seed.",
        "DIR");

    public Setting<int> SaveEvery { get; } = Setting.Number(
        "save-every", "Steps between checkpoints; 0 saves at the end only.", DefaultSaveEvery, 0);

    public Setting<int> Keep { get; } = Setting.Number(
        "keep", "How many of the latest checkpoints stay, besides the best one; 0 keeps all.", DefaultKeep, 0);

    /// <summary>A run to go on with. It is no setting of a configuration: the run has its own.</summary>
    public Option<string> Resume { get; } = new("--resume")
    {
        Description = "Goes on with a run, from its latest checkpoint or from the one that is named, in the run's own folder and with its "
            + "own settings; options given here go before them.",
        HelpName = "DIR",
    };

    public IEnumerable<Setting> All => [Out, InitFrom, SaveEvery, Keep];

    public FolderSettings Read(CommandResult result) =>
        new(Out.Of(result), result.GetValue(Resume), InitFrom.Of(result), SaveEvery.Of(result), Keep.Of(result));

    public void Check(CommandResult result)
    {
        if (!result.Given(Resume)) return;
        if (Out.Given(result)) result.AddError("--resume goes on in the run's own folder; leave out --out.");
        if (InitFrom.Given(result)) result.AddError("--resume goes on with the run's own weights; leave out --init-from.");
    }
}
