using GpuLm.Data.Tokens;

namespace GpuLm.Data.Shards;

/// <summary>A tokenized corpus in its folder, mapped.</summary>
internal sealed class ShardFolder : IDisposable
{
    private readonly List<MappedTokens> maps = [];

    private ShardFolder(string folder)
    {
        Index = ShardIndex.Load(folder);
        Training = Map(folder, Index.Training);
        HeldOut = Map(folder, Index.HeldOut);
    }

    public ShardIndex Index { get; }

    public TokenSequence Training { get; private set; } = null!;

    public TokenSequence HeldOut { get; private set; } = null!;

    /// <summary>Opens a folder and reads all of it once, to check it.</summary>
    /// <exception cref="InvalidDataException">A file is damaged or missing.</exception>
    public static ShardFolder Open(string folder) => new(folder);

    public void Dispose()
    {
        foreach (var map in maps) map.Dispose();
    }

    private TokenSequence Map(string folder, ShardPart part)
    {
        List<TokenSegment> segments = [];
        foreach (string file in part.Files)
        {
            try
            {
                var map = MappedTokens.Open(Path.Combine(folder, Path.GetFileName(file)));
                maps.Add(map);
                map.RequireChecksum();
                segments.Add(map.Segment);
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or ArgumentException)
            {
                Dispose();
                throw new InvalidDataException($"{file}: {e.Message}", e);
            }
        }
        var tokens = new TokenSequence(segments, part.Bytes);
        if (tokens.Length == part.Tokens) return tokens;
        Dispose();
        throw new InvalidDataException($"{ShardIndex.FileName} claims {part.Tokens} tokens; the files have {tokens.Length}");
    }
}
