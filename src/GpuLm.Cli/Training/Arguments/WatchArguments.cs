using System.CommandLine.Parsing;

namespace GpuLm.Cli.Training.Arguments;

/// <summary>What a run shows of itself while it goes.</summary>
/// <param name="SampleEvery">Steps between samples; 0 samples at the end only.</param>
/// <param name="SamplePrompts">What the samples continue; none means that they are paragraphs.</param>
/// <param name="SampleTokens">Most tokens in a sample.</param>
/// <param name="TensorBoard">Folder of the event file; nothing writes none.</param>
/// <param name="Dashboard">Port of the live page; 0 means any that is free, nothing means no page.</param>
sealed record WatchSettings(
    int SampleEvery, IReadOnlyList<string> SamplePrompts, int SampleTokens, string? TensorBoard, int? Dashboard);

/// <summary>The options that say what a run shows of itself while it goes.</summary>
sealed class WatchArguments
{
    const int DefaultSampleEvery = 250, DefaultSampleTokens = 400;

    public Setting<int> SampleEvery { get; } =
        Setting.Number("sample-every", "Steps between samples; 0 samples at the end only.", DefaultSampleEvery, 0);

    public Setting<IReadOnlyList<string>> SamplePrompt { get; } = Setting.Texts(
        "sample-prompt", "What samples continue, each time with the same seed, --seed. Default: nothing; samples are paragraphs.", "TEXT");

    public Setting<int> SampleTokens { get; } = Setting.Number("sample-tokens", "Most tokens in a sample.", DefaultSampleTokens, 1);

    public Setting<string?> TensorBoard { get; } = Setting.Text(
        "tensorboard", "Folder for an event file that TensorBoard shows. Several runs need a folder each. Default: none.", "DIR");

    public Setting<int?> Dashboard { get; } = Setting.OptionalNumber(
        "dashboard", "Port on 127.0.0.1 of a page that shows the run while it goes; 0 takes any that is free. Default: no page.",
        0, most: ushort.MaxValue);

    public IEnumerable<Setting> All => [SampleEvery, SamplePrompt, SampleTokens, TensorBoard, Dashboard];

    public WatchSettings Read(CommandResult result) => new(
        SampleEvery.Of(result), SamplePrompt.Of(result), SampleTokens.Of(result), TensorBoard.Of(result), Dashboard.Of(result));

    public void Check(CommandResult result)
    {
        if (SamplePrompt.Of(result).Contains("")) result.AddError("A --sample-prompt is empty; samples continue at least one character.");
    }
}
