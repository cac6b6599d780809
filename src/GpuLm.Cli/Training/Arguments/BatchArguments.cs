using System.CommandLine.Parsing;
using GpuLm.Training;

namespace GpuLm.Cli.Training.Arguments;

/// <summary>The options that say how many sequences a step trains on, and in how many passes.</summary>
sealed class BatchArguments
{
    const string Automatic = "auto";
    static readonly TrainingOptions Defaults = new();

    /// <summary>Sequences in one pass; 0 where the largest that fits is yet to be chosen.</summary>
    public Setting<int> Batch => field ??= Setting.NumberOrWord(
        "batch",
        $"Sequences in one pass; {Automatic} takes the largest that fits, of at most {BatchChoice.MostTokens:N0} tokens "
        + $"({BatchChoice.MostTokensOnCpu:N0} on a CPU).",
        result => TotalBatch.Given(result) ? 0 : Defaults.Batch, $"{Defaults.Batch}, or {Automatic} with --total-batch", Automatic,
        () => Chosen ?? 0);

    public Setting<int?> Accumulate => field ??= Setting.OptionalNumber(
        "accumulate", $"Passes averaged into one step. Default: {Defaults.Accumulate}, or what --total-batch says.", 1,
        standard: result => TotalBatch.Given(result) ? null : Defaults.Accumulate);

    public Setting<int?> TotalBatch { get; } = Setting.OptionalNumber(
        "total-batch", "Sequences in one step: as many passes of --batch as make it up.", 1);

    /// <summary>The batch that was chosen, once text and device are known, for a run that leaves it open.</summary>
    public int? Chosen { get; set; }

    public IEnumerable<Setting> All => [Batch, Accumulate, TotalBatch];

    public Alternatives Totals => new("how many sequences a step has", Accumulate, TotalBatch);

    /// <summary>Passes of a step.</summary>
    public int PassesOf(CommandResult result) =>
        TotalBatch.Of(result) is { } total ? total / Math.Max(1, Batch.Of(result)) : Accumulate.Of(result)!.Value;

    /// <summary>Sequences of a step; nothing where they depend on a batch that is yet to be chosen.</summary>
    public long? SequencesOf(CommandResult result) =>
        TotalBatch.Of(result) is { } total ? total
        : Batch.Of(result) is > 0 and var batch ? (long)batch * Accumulate.Of(result)!.Value
        : null;

    /// <summary>Whether the batch is yet to be chosen.</summary>
    public bool IsOpen(CommandResult result) => Batch.Of(result) == 0;

    /// <exception cref="InvalidOperationException">A value is wrong.</exception>
    public void Check(CommandResult result)
    {
        if (TotalBatch.Of(result) is { } total && Batch.Of(result) is > 0 and var batch && total % batch != 0)
        {
            result.AddError(
                $"--total-batch {total} is not a multiple of --batch {batch}; change one of them, or use --batch {Automatic}.");
        }
    }
}
