using System.Globalization;
using GpuLm.Data.Reading;
using GpuLm.Data.Tokens;
using GpuLm.Tokenization;

namespace GpuLm.Data.Shards;

/// <summary>
/// Token shards of llm.c, read where they are. Files with <c>_val_</c> in their names are held out; where there is none, the documents at
/// each file's end are.
/// </summary>
internal sealed class ForeignShards : IDisposable
{
    private const string HeldOutMark = "_val_";

    private static readonly Dictionary<int, (string Name, int Vocabulary)> Tokenizers = new()
    {
        [ShardHeader.Gpt2Magic] = ("GPT-2", 50257),
        [ShardHeader.Llama3Magic] = ("Llama 3", 128256),
    };

    private readonly List<MappedTokens> maps = [];
    private readonly List<ulong> hashes = [];

    /// <summary>Opens shards to train on.</summary>
    /// <exception cref="GpuLmException">A file is no such shard or not a whole one, or has the tokens of another tokenizer.</exception>
    public static CorpusDataset Open(
        IReadOnlyList<CorpusFile> files, IReadOnlyList<CorpusFile>? validation, ITokenizer tokenizer, HeldOutRule rule)
    {
        var shards = new ForeignShards();
        try
        {
            return shards.Split(files, validation, tokenizer, rule);
        }
        catch
        {
            shards.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var map in maps) map.Dispose();
    }

    private CorpusDataset Split(
        IReadOnlyList<CorpusFile> files, IReadOnlyList<CorpusFile>? validation, ITokenizer tokenizer, HeldOutRule rule)
    {
        List<TokenSegment> training = [], heldOut = [];
        bool IsHeldOut(CorpusFile file) => Path.GetFileName(file.Path).Contains(HeldOutMark, StringComparison.Ordinal);
        bool byName = validation is null && files.Any(IsHeldOut);
        foreach (var file in validation ?? []) heldOut.Add(Map(file, tokenizer));
        var excluded = hashes.ToHashSet();
        foreach (var file in files)
        {
            var tokens = Map(file, tokenizer);
            if (excluded.Contains(hashes[^1]))
            {
                throw new GpuLmException($"{file.Name} is also among the tokens to validate on, so it must not train. Leave it out.");
            }
            int cut = validation is not null ? tokens.Length
                : !byName ? DocumentStart(tokens, (int)(tokens.Length * (1 - rule.Share)), tokenizer)
                : IsHeldOut(file) ? 0 : tokens.Length;
            training.Add(tokens.Slice(0, cut));
            heldOut.Add(tokens.Slice(cut, tokens.Length - cut));
        }
        long bytes = heldOut.Sum(segment => BytesOf(segment, tokenizer));
        string identity = string.Join(' ', hashes.Select(hash => hash.ToString("x16", CultureInfo.InvariantCulture)));
        return new CorpusDataset(tokenizer, new TokenSequence(training, bytes: 0), new TokenSequence(heldOut, bytes), this)
        {
            Identity = $"shards {identity}",
        };
    }

    private TokenSegment Map(CorpusFile file, ITokenizer tokenizer)
    {
        MappedTokens map;
        try
        {
            map = MappedTokens.Open(file.Path);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new GpuLmException(
                $"{file.Name} is no token file that can be read: {e.Message.TrimEnd('.')}. Give the .bin files of llm.c, or text.", e);
        }
        maps.Add(map);
        if (!Tokenizers.TryGetValue(map.Header.Magic, out var of))
        {
            throw new GpuLmException($"{file.Name} belongs to the cache of a text. Give the text itself.");
        }
        if (tokenizer.VocabularySize != of.Vocabulary)
        {
            throw new GpuLmException(
                $"{file.Name} has the tokens of {of.Name}, {of.Vocabulary:N0} of them; the {tokenizer.Kind} tokenizer has "
                + $"{tokenizer.VocabularySize:N0}. "
                + (of.Vocabulary == 50257 ? "Use --tokenizer gpt2." : "Give its folder to --tokenizer."));
        }
        if (map.Segment.FirstOutside(of.Vocabulary) is >= 0 and int place)
        {
            var token = new int[1];
            map.Segment.CopyTo(place, token);
            throw new GpuLmException(
                $"{file.Name} holds {token[0]} at place {place:N0}; the tokens of {of.Name} end at {of.Vocabulary - 1}. It is damaged, or "
                + "was made with another tokenizer: fetch or make it again.");
        }
        hashes.Add(map.Hash());
        return map.Segment;
    }

    /// <summary>The place back to the end of text with which a document begins, unless the file's only one does.</summary>
    private static int DocumentStart(TokenSegment tokens, int cut, ITokenizer tokenizer) =>
        cut < tokens.Length && tokenizer.EndOfText is int end && tokens.LastIndexOf(end, cut) is > 0 and int start ? start : cut;

    /// <summary>The bytes of the text that tokens stand for.</summary>
    private static long BytesOf(TokenSegment segment, ITokenizer tokenizer)
    {
        var counts = new int[tokenizer.VocabularySize];
        for (int token = 0; token < counts.Length; token++) counts[token] = token == tokenizer.EndOfText ? 0 : tokenizer.ByteCount(token);
        var tokens = new int[1 << 16];
        long bytes = 0;
        for (int at = 0; at < segment.Length; at += tokens.Length)
        {
            var part = tokens.AsSpan(0, Math.Min(tokens.Length, segment.Length - at));
            segment.CopyTo(at, part);
            foreach (int token in part) bytes += counts[token];
        }
        return bytes;
    }
}
