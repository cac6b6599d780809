using GpuLm.Data.Reading;

namespace GpuLm.Data;

/// <summary>
/// The documents of text files, read one after another as often as they are asked for; the corpus itself is never held in memory.
/// <list type="bullet">
/// <item><c>.txt</c> and any other ending: a document, or several with lines of <c>&lt;|endoftext|&gt;</c> between them. A document longer
/// than 64 MiB is taken as several, cut at line ends.</item>
/// <item><c>.jsonl</c>: a JSON object a line, the document in one of its fields.</item>
/// <item><c>.parquet</c>: the document in a column of strings.</item>
/// <item>Each of them also packed, as <c>.gz</c> or <c>.zst</c>.</item>
/// <item><c>.bin</c>: token shards of llm.c, which are no text; <see cref="CorpusDataset"/> takes them.</item>
/// </list>
/// Text is UTF-8 without U+0000; a byte order mark is dropped.
/// </summary>
public sealed class TextCorpus : IDisposable
{
    /// <summary>The field or column that holds the text where no other is named.</summary>
    public const string DefaultTextField = "text";

    /// <summary>The path that stands for standard input.</summary>
    public const string StandardInput = "-";

    private readonly string? spooled;

    private TextCorpus(IReadOnlyList<CorpusFile> files, string textField, string? spooled)
    {
        (Files, TextField, this.spooled) = (files, textField, spooled);
        PackedBytes = files.Sum(file => new FileInfo(file.Path).Length);
    }

    /// <summary>The field or column that holds the text.</summary>
    public string TextField { get; }

    /// <summary>The size of its files as they lie on the disk, in bytes.</summary>
    public long PackedBytes { get; }

    /// <summary>Whether its files hold tokens, as llm.c writes them, instead of text.</summary>
    public bool IsTokenized => Files[0].Format == CorpusFormat.Tokens;

    /// <summary>The documents in the order of the files. The text of each is its own array.</summary>
    /// <exception cref="GpuLmException">While it is enumerated: a file cannot be read, is no text, or lacks the field.</exception>
    public IEnumerable<ReadOnlyMemory<byte>> Documents => Read(_ => { }).Select(document => document.Text);

    internal IReadOnlyList<CorpusFile> Files { get; }

    /// <summary>The hashes of files by their paths, as far as somebody has asked for them.</summary>
    internal Dictionary<string, string> Hashes { get; } = [];

    /// <summary>Finds the files of a corpus.</summary>
    /// <param name="paths">
    /// Files, folders (with all that is in them), patterns such as <c>data/**/*.jsonl</c>, or <c>-</c> for standard input.
    /// </param>
    /// <param name="textField">The field or column that holds the text.</param>
    /// <param name="standardInput">What <c>-</c> reads; it is copied to a file once, since a corpus is read more than once.</param>
    /// <exception cref="GpuLmException">A path stands for no file, or text and tokens are mixed.</exception>
    public static TextCorpus Open(
        IReadOnlyList<string> paths, string textField = DefaultTextField, Func<Stream>? standardInput = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count == 0) throw new GpuLmException("Name 1 text file, folder or pattern, or more.");
        List<CorpusFile> files = [.. CorpusFiles.Find(paths.Where(path => path != StandardInput))];
        bool readsInput = paths.Contains(StandardInput);
        int tokenFiles = files.Count(file => file.Format == CorpusFormat.Tokens);
        if (tokenFiles > 0 && (tokenFiles < files.Count || readsInput))
        {
            throw new GpuLmException("Some of the files hold text and some tokens (.bin). Name the ones or the others.");
        }
        string? spooled = null;
        if (readsInput)
        {
            spooled = Spool(standardInput ?? throw new GpuLmException("There is no standard input here. Name a file instead of '-'."));
            files.Add(new CorpusFile(spooled, CorpusFormat.Text, Packing.None, "standard input"));
        }
        return new TextCorpus(files, textField, spooled);
    }

    /// <summary>The documents, and how many bytes of the files have been read. A file may be empty, but not all of them.</summary>
    internal IEnumerable<Document> Read(Action<long> onProgress)
    {
        long before = 0;
        bool empty = true;
        foreach (var file in Files)
        {
            foreach (var document in Read(file, read => onProgress(before + read)))
            {
                empty = false;
                yield return document;
            }
            before += new FileInfo(file.Path).Length;
        }
        if (empty)
        {
            throw new GpuLmException(
                Files.Count == 1
                    ? $"{Files[0].Name} is empty. Leave it out, or name a file with text."
                    : $"All {Files.Count} files are empty, {Files[0].Name} and the others. Name files with text.");
        }
    }

    /// <summary>Removes the copy of standard input, if there is one.</summary>
    public void Dispose()
    {
        if (spooled is not null) File.Delete(spooled);
    }

    private IEnumerable<Document> Read(CorpusFile file, Action<long> onProgress) => file.Format switch
    {
        CorpusFormat.Text => PlainTextReader.Read(file, onProgress),
        CorpusFormat.JsonLines => JsonLinesReader.Read(file, TextField, onProgress),
        CorpusFormat.Parquet => ParquetTextReader.Read(file, TextField, onProgress),
        _ => throw new GpuLmException(
            $"{file.Name} holds tokens, not text. Give the text that they were made of; only "
            + "'gpulm train --tokenizer gpt2' takes tokens."),
    };

    private static string Spool(Func<Stream> standardInput)
    {
        string path = Path.Combine(Path.GetTempPath(), "gpulm-" + Path.GetRandomFileName());
        try
        {
            using var input = standardInput();
            using var copy = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            input.CopyTo(copy);
            return path;
        }
        catch (IOException e)
        {
            File.Delete(path);
            throw new GpuLmException(
                $"Standard input could not be copied to '{path}': {e.Message} A text is read more than once, so it takes as many bytes "
                + "there as it has. Free some space, name a folder with more in TMPDIR, or name a file instead of -.", e);
        }
    }
}
