using System.Globalization;

namespace GpuLm.Cli.Tokenizing;

/// <summary>How much text became how many tokens, and how fast, on one thread.</summary>
sealed class EncodingMeter
{
    long tokens;
    TimeSpan time;

    /// <summary>Bytes that were encoded.</summary>
    public long Bytes { get; private set; }

    /// <summary>Counts a text.</summary>
    public void Add(long bytes, long tokens, TimeSpan time)
    {
        Bytes += bytes;
        this.tokens += tokens;
        this.time += time;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Bytes:N0} bytes, {tokens:N0} tokens, {(double)Bytes / Math.Max(1, tokens):0.00} bytes a token, "
        + $"{Bytes / Math.Max(1e-9, time.TotalSeconds) / 1e6:0.0} MB/s on one thread");
}
