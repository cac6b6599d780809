using System.Globalization;
using System.IO.Hashing;
using System.Text;
using GpuLm.Kernels.Cuda;
using GpuLm.Tokenization;

namespace GpuLm.Data.Shards;

/// <summary>
/// Tokenized corpora, each in a folder named by all that its tokens depend on: the files' content, the tokenizer and the split. A folder
/// gets its name when it is complete, and one process at a time makes it.
/// </summary>
internal sealed class ShardCache
{
    private readonly string folder;
    private readonly Action<string> onNotice;

    /// <summary>A cache in a folder; nothing means the program's own.</summary>
    public ShardCache(string? folder, Action<string> onNotice)
    {
        this.folder = folder ?? Path.Combine(CacheFolder.Path, "tokens");
        this.onNotice = onNotice;
    }

    /// <summary>What the tokens of a corpus depend on, in hexadecimal. Names and places of files are not part of it.</summary>
    public string KeyOf(TextCorpus corpus, ITokenizer tokenizer, CorpusOptions options) =>
        KeyOf(corpus, options, string.Create(
            CultureInfo.InvariantCulture, $"{options.HeldOut:R} {tokenizer.Kind}\n{TokenizerFile.ToJson(tokenizer)}"));

    /// <summary>The tokenizer that a specification learns from a corpus: learned before, or now, and then kept.</summary>
    public ITokenizer FindOrLearn(TextCorpus corpus, TokenizerSpec spec, CorpusOptions options, Func<ITokenizer> learn)
    {
        string path = Path.Combine(folder, KeyOf(corpus, options, spec.Text) + ".tokenizer.json");
        try
        {
            if (File.Exists(path)) return TokenizerFile.Load(path);
        }
        catch (GpuLmException e)
        {
            onNotice($"A tokenizer that was kept is damaged, and learned again: {e.Message}");
        }
        var learned = learn();
        try
        {
            Directory.CreateDirectory(folder);
            TokenizerFile.Save(path, learned);
        }
        catch (Exception e) when (e is GpuLmException or IOException or UnauthorizedAccessException)
        {
            // It will be learned again next time. The tokens must be kept here, too, and that fails with a message of its own.
        }
        return learned;
    }

    private string KeyOf(TextCorpus corpus, CorpusOptions options, string tokenizer)
    {
        var hashes = new FileHashes(Path.Combine(folder, "hashes"));
        long total = corpus.PackedBytes + (options.Validation?.PackedBytes ?? 0), before = 0;
        var key = new StringBuilder();
        key.Append(CultureInfo.InvariantCulture, $"{ShardIndex.CurrentVersion} {tokenizer}");
        foreach (var part in new[] { corpus, options.Validation }.OfType<TextCorpus>())
        {
            key.Append(CultureInfo.InvariantCulture, $"\n{part.TextField}");
            foreach (var file in part.Files)
            {
                if (!part.Hashes.TryGetValue(file.Path, out string? hash))
                {
                    hash = hashes.Of(file, done => options.OnProgress(new CorpusProgress(CorpusStage.Hashing, before + done, total)));
                    part.Hashes.Add(file.Path, hash);
                }
                key.Append(CultureInfo.InvariantCulture, $"\n{file.Format} {file.Packing} {hash}");
                before += new FileInfo(file.Path).Length;
            }
        }
        return Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(key.ToString())));
    }

    /// <summary>The tokens of a corpus, if they are here and whole.</summary>
    public ShardFolder? Find(string key)
    {
        string path = Path.Combine(folder, key);
        var found = TryOpen(path, out string? fault);
        if (fault is not null) onNotice($"The tokens in '{path}' are damaged ({fault}); the text is tokenized again.");
        return found;
    }

    /// <summary>The tokens of a corpus; if they are not here, they are made and kept.</summary>
    /// <param name="key">What they depend on.</param>
    /// <param name="make">Writes them into the folder it is given.</param>
    /// <exception cref="GpuLmException">They cannot be written.</exception>
    public ShardFolder FindOrMake(string key, Action<string> make)
    {
        string path = Path.Combine(folder, key), partial = path + ".partial";
        try
        {
            Directory.CreateDirectory(folder);
            using var only = LockFile.Take(
                path + ".lock", () => onNotice("Another process is tokenizing this text; its tokens will serve this one too."));
            if (TryOpen(path, out _) is { } made) return made;
            Remove(partial);
            Directory.CreateDirectory(partial);
            make(partial);
            Remove(path);
            Directory.Move(partial, path);
            return ShardFolder.Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GpuLmException(
                $"The tokens of the text could not be kept in '{folder}': {e.Message} They take 2 bytes each (4 with a vocabulary above "
                + "65,536), and about as many bytes as the text has. Free some space, or name another folder with --cache.", e);
        }
        finally
        {
            Remove(partial);
        }
    }

    private static ShardFolder? TryOpen(string path, out string? fault)
    {
        fault = null;
        if (!Directory.Exists(path)) return null;
        try
        {
            return ShardFolder.Open(path);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            fault = e.Message.TrimEnd('.');
            return null;
        }
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
    }
}
