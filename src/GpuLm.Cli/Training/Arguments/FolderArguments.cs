using System.CommandLine.Parsing;

namespace GpuLm.Cli.Training.Arguments;

/// <summary>Where a run writes, and when it saves.</summary>
/// <param name="Folder">The run's folder; nothing chooses a fresh one.</param>
/// <param name="SaveEvery">Steps between saves; 0 saves at the end only.</param>
sealed record FolderSettings(string? Folder, int SaveEvery);

/// <summary>The options that say where a run writes, and when it saves.</summary>
sealed class FolderArguments
{
    public Setting<string?> Out { get; } =
        Setting.Text("out", "Folder of the run, new or empty. Default: a fresh one under runs/.", "DIR");

    public Setting<int> SaveEvery { get; } = Setting.Number("save-every", "Steps between saves; 0 saves at the end only.", 0, 0);

    public IEnumerable<Setting> All => [Out, SaveEvery];

    public FolderSettings Read(CommandResult result) => new(Out.Of(result), SaveEvery.Of(result));
}
