namespace GpuLm.Evaluation;

/// <summary>Tokens, the last of which are predicted from those before them.</summary>
/// <param name="Tokens">2 tokens or more.</param>
/// <param name="Scored">How many of the last tokens are predicted, from 1 to all but the first.</param>
public readonly record struct ScoredSequence(ReadOnlyMemory<int> Tokens, int Scored)
{
    /// <summary>Tokens that the model reads: all but the last.</summary>
    public int Length => Tokens.Length - 1;

    /// <summary>The tokens that are predicted.</summary>
    public ReadOnlyMemory<int> Predicted => Tokens[^Scored..];
}
