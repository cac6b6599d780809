namespace GpuLm.Tests.BadInput;

/// <summary>All cases. A file that adds some adds its list here.</summary>
static class BadInputTable
{
    public static IReadOnlyList<BadInput> All { get; } =
    [
        .. OptionCases.All, .. TextCases.All, .. DataCases.All, .. ModelCases.All, .. WeightCases.All, .. TokenizerCases.All,
        .. EvaluationCases.All, .. PromptCases.All, .. RunCases.All, .. CheckpointCases.All, .. ResumeCases.All,
        .. ShardedWeightCases.All, .. WatchCases.All, .. ConfigCases.All,
    ];
}
