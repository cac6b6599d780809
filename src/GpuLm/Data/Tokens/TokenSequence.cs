using System.Numerics.Tensors;

namespace GpuLm.Data.Tokens;

/// <summary>A run of tokens in 2 or 4 bytes each, in memory or in a mapped file: one of the two is empty.</summary>
internal readonly record struct TokenSegment(ReadOnlyMemory<ushort> Shorts, ReadOnlyMemory<int> Ints)
{
    public int Length => Shorts.Length + Ints.Length;

    public TokenSegment Slice(int start, int length) =>
        Ints.IsEmpty ? new(Shorts.Slice(start, length), default) : new(default, Ints.Slice(start, length));

    /// <summary>The place of the first token that is not from 0 to <paramref name="vocabulary"/> - 1; or -1.</summary>
    public int FirstOutside(int vocabulary) => Ints.IsEmpty
        ? vocabulary > ushort.MaxValue ? -1 : Shorts.Span.IndexOfAnyExceptInRange<ushort>(0, (ushort)(vocabulary - 1))
        : Ints.Span.IndexOfAnyExceptInRange(0, vocabulary - 1);

    /// <summary>The last place up to and with <paramref name="last"/> that has a token; or -1.</summary>
    public int LastIndexOf(int token, int last) => Ints.IsEmpty
        ? Shorts.Span[..(last + 1)].LastIndexOf((ushort)token)
        : Ints.Span[..(last + 1)].LastIndexOf(token);

    public void CopyTo(int start, Span<int> tokens)
    {
        if (Ints.IsEmpty) TensorPrimitives.ConvertTruncating<ushort, int>(Shorts.Span.Slice(start, tokens.Length), tokens);
        else Ints.Span.Slice(start, tokens.Length).CopyTo(tokens);
    }
}

/// <summary>Segments one behind the other, read as one sequence of any length.</summary>
internal sealed class TokenSequence
{
    private readonly TokenSegment[] segments;
    private readonly long[] starts;

    /// <summary>Joins segments.</summary>
    /// <param name="segments">The tokens.</param>
    /// <param name="bytes">The number of bytes of text that they stand for.</param>
    public TokenSequence(IEnumerable<TokenSegment> segments, long bytes)
    {
        this.segments = [.. segments.Where(segment => segment.Length > 0)];
        starts = new long[this.segments.Length];
        for (int i = 0; i < starts.Length; i++)
        {
            starts[i] = Length;
            Length += this.segments[i].Length;
        }
        Bytes = bytes;
    }

    /// <summary>The number of tokens.</summary>
    public long Length { get; }

    /// <summary>The number of bytes of text that they stand for.</summary>
    public long Bytes { get; }

    /// <summary>Copies tokens from <paramref name="start"/> on.</summary>
    public void CopyTo(long start, Span<int> tokens)
    {
        if (start < 0 || start + tokens.Length > Length)
        {
            throw new ArgumentOutOfRangeException(nameof(start), start, $"There are {Length} tokens.");
        }
        int found = Array.BinarySearch(starts, start);
        for (int i = found >= 0 ? found : ~found - 1; tokens.Length > 0; i++)
        {
            int within = (int)(start - starts[i]), count = Math.Min(tokens.Length, segments[i].Length - within);
            segments[i].CopyTo(within, tokens[..count]);
            tokens = tokens[count..];
            start += count;
        }
    }

    /// <summary>Copies a window and, as targets, the window one token later.</summary>
    public void CopyWindow(long start, Span<int> inputs, Span<int> targets)
    {
        CopyTo(start, inputs);
        CopyTo(start + 1, targets);
    }
}
