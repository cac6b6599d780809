using System.Numerics.Tensors;

namespace GpuLm.Data.Tokens;

/// <summary>Takes the tokens of one part of a corpus, in order.</summary>
internal abstract class TokenSink
{
    public long Tokens { get; private set; }

    /// <summary>Bytes of the text that the tokens stand for.</summary>
    public long Bytes { get; private set; }

    public long Documents { get; private set; }

    /// <summary>Appends tokens.</summary>
    public void Add(ReadOnlySpan<int> tokens, long bytes, int documents)
    {
        Tokens += tokens.Length;
        Bytes += bytes;
        Documents += documents;
        Append(tokens);
    }

    protected abstract void Append(ReadOnlySpan<int> tokens);
}

/// <summary>Keeps the tokens in memory.</summary>
/// <param name="vocabularySize">2 bytes hold a token of at most 65,536; else it takes 4.</param>
internal sealed class MemorySink(int vocabularySize) : TokenSink
{
    private readonly List<TokenSegment> segments = [];

    public TokenSequence ToSequence() => new(segments, Bytes);

    protected override void Append(ReadOnlySpan<int> tokens)
    {
        if (vocabularySize > 1 << 16)
        {
            segments.Add(new TokenSegment(default, tokens.ToArray()));
            return;
        }
        var shorts = new ushort[tokens.Length];
        TensorPrimitives.ConvertTruncating<int, ushort>(tokens, shorts);
        segments.Add(new TokenSegment(shorts, default));
    }
}
