namespace GpuLm.Data.Reading;

/// <summary>What a file holds once it is unpacked.</summary>
internal enum CorpusFormat
{
    /// <summary>Plain text: a document, or several with lines of <c>&lt;|endoftext|&gt;</c> between them.</summary>
    Text,

    /// <summary>A JSON object with the text of a document in each line.</summary>
    JsonLines,

    /// <summary>A Parquet table with a document in each row.</summary>
    Parquet,

    /// <summary>Tokens as llm.c writes them.</summary>
    Tokens,
}

/// <summary>How a file is packed.</summary>
internal enum Packing
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>gzip, <c>.gz</c>.</summary>
    Gzip,

    /// <summary>Zstandard, <c>.zst</c>.</summary>
    Zstandard,
}

/// <summary>One file of a corpus.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Format">What it holds.</param>
/// <param name="Packing">How it is packed.</param>
/// <param name="Name">What the user knows it by.</param>
internal sealed record CorpusFile(string Path, CorpusFormat Format, Packing Packing, string Name)
{
    /// <summary>A file as its name's endings describe it; any other ending means plain text.</summary>
    public static CorpusFile Of(string path)
    {
        var packing = System.IO.Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".gz" => Packing.Gzip,
            ".zst" => Packing.Zstandard,
            _ => Packing.None,
        };
        string unpacked = packing == Packing.None ? path : System.IO.Path.GetFileNameWithoutExtension(path);
        return new CorpusFile(path, FormatOf(unpacked) ?? CorpusFormat.Text, packing, $"'{path}'");
    }

    /// <summary>Whether the name's ending is one of those that a folder stands for.</summary>
    public static bool IsText(string path)
    {
        string ending = System.IO.Path.GetExtension(path).ToLowerInvariant();
        string unpacked = ending is ".gz" or ".zst" ? System.IO.Path.GetFileNameWithoutExtension(path) : path;
        return FormatOf(unpacked) is CorpusFormat.Text or CorpusFormat.JsonLines or CorpusFormat.Parquet;
    }

    private static CorpusFormat? FormatOf(string name) => System.IO.Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".txt" => CorpusFormat.Text,
        ".jsonl" => CorpusFormat.JsonLines,
        ".parquet" => CorpusFormat.Parquet,
        ".bin" => CorpusFormat.Tokens,
        _ => null,
    };
}
