namespace GpuLm.Tokenization.Bpe;

/// <summary>How far a <see cref="BpeTrainer"/> is.</summary>
/// <param name="Bytes">Bytes of text that are counted.</param>
/// <param name="Merges">Merges that are learned; none before all text is counted.</param>
public readonly record struct BpeProgress(long Bytes, int Merges);

/// <summary>What a <see cref="BpeTrainer"/> learned, from what, and how long it took.</summary>
/// <param name="Tokenizer">Its vocabulary is smaller than was asked for where the text has no more pairs that occur twice.</param>
public sealed record BpeTraining(BpeTokenizer Tokenizer)
{
    /// <summary>The text's bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>The text's pieces.</summary>
    public required long Pieces { get; init; }

    /// <summary>Distinct pieces that the merges were learned from.</summary>
    public required int DistinctPieces { get; init; }

    /// <summary>Pieces that were not learned from, because they were rare and there were too many distinct ones.</summary>
    public required long ForgottenPieces { get; init; }

    /// <summary>The time to count the pieces.</summary>
    public required TimeSpan Counting { get; init; }

    /// <summary>The time to learn the merges.</summary>
    public required TimeSpan Merging { get; init; }
}
