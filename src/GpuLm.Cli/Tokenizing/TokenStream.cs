using System.Diagnostics;
using GpuLm.Tokenization;

namespace GpuLm.Cli.Tokenizing;

/// <summary>Encodes a stream of any length in parts.</summary>
static class TokenStream
{
    const int PartBytes = 1 << 22;

    /// <summary>The tokens of the stream, part by part; a list is valid until the next one.</summary>
    public static IEnumerable<List<int>> Encode(ITokenizer tokenizer, Stream input, EncodingMeter meter)
    {
        var buffer = new byte[PartBytes];
        var tokens = new List<int>();
        for (int kept = 0; ;)
        {
            int filled = kept + input.ReadAtLeast(buffer.AsSpan(kept), buffer.Length - kept, throwOnEndOfStream: false);
            bool ends = filled < buffer.Length;
            int cut = tokenizer.CutBefore(buffer.AsSpan(0, filled), ends ? filled : filled - 1);
            if (cut == 0 && ends) yield break;
            if (cut == 0)
            {
                Array.Resize(ref buffer, 2 * buffer.Length);
                kept = filled;
                continue;
            }
            tokens.Clear();
            long start = Stopwatch.GetTimestamp();
            tokenizer.Encode(buffer.AsSpan(0, cut), tokens);
            meter.Add(cut, tokens.Count, Stopwatch.GetElapsedTime(start));
            yield return tokens;
            if (ends) yield break;
            buffer.AsSpan(cut, filled - cut).CopyTo(buffer);
            kept = filled - cut;
        }
    }
}
