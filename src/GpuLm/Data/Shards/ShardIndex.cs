using System.Text.Json;
using GpuLm.Checkpoints;

namespace GpuLm.Data.Shards;

/// <summary>One part of a tokenized corpus.</summary>
/// <param name="Documents">Its documents.</param>
/// <param name="Tokens">Its tokens, those between documents included.</param>
/// <param name="Bytes">The bytes of its text.</param>
/// <param name="Files">The files of its tokens.</param>
internal sealed record ShardPart(long Documents, long Tokens, long Bytes, IReadOnlyList<string> Files);

/// <summary>What a folder of tokens holds, <c>index.json</c>.</summary>
/// <param name="Version">The version of the folder's format.</param>
/// <param name="Training">The tokens that train.</param>
/// <param name="HeldOut">The tokens that are held out.</param>
/// <param name="LeftOut">Training documents that were left out since they are also held out.</param>
internal sealed record ShardIndex(int Version, ShardPart Training, ShardPart HeldOut, long LeftOut)
{
    public const string FileName = "index.json";
    public const int CurrentVersion = 2;

    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public void Save(string folder) =>
        AtomicFile.Write(Path.Combine(folder, FileName), stream => JsonSerializer.Serialize(stream, this, Format));

    /// <summary>Reads the index of a folder.</summary>
    /// <exception cref="InvalidDataException">It is damaged or of another version.</exception>
    public static ShardIndex Load(string folder)
    {
        try
        {
            using var stream = File.OpenRead(Path.Combine(folder, FileName));
            var index = JsonSerializer.Deserialize<ShardIndex>(stream, Format);
            return index?.Version == CurrentVersion
                ? index
                : throw new InvalidDataException($"{FileName} is of version {index?.Version}; known is {CurrentVersion}");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{FileName} is damaged: {e.Message}", e);
        }
    }
}
