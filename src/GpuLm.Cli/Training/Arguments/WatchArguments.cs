using System.CommandLine.Parsing;

namespace GpuLm.Cli.Training.Arguments;

/// <summary>What a run shows of itself while it goes.</summary>
/// <param name="SampleEvery">Steps between samples; 0 samples at the end only.</param>
sealed record WatchSettings(int SampleEvery);

/// <summary>The options that say what a run shows of itself while it goes.</summary>
sealed class WatchArguments
{
    public Setting<int> SampleEvery { get; } =
        Setting.Number("sample-every", "Steps between samples; 0 samples at the end only.", 250, 0);

    public IEnumerable<Setting> All => [SampleEvery];

    public WatchSettings Read(CommandResult result) => new(SampleEvery.Of(result));
}
