namespace GpuLm.Data;

/// <summary>Reads text from files and folders.</summary>
public static class TextSource
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>
    /// The text of the files, joined in the order given, as UTF-8. A folder stands for its <c>.txt</c> files and those of its subfolders,
    /// in the order of their paths. Byte order marks are dropped, and a line end is put between files where the earlier one lacks it;
    /// nothing else changes.
    /// </summary>
    /// <exception cref="GpuLmException">A path is neither a file nor a folder.</exception>
    /// <exception cref="GpuLmException">
    /// A folder has no <c>.txt</c> file, or a file is empty or no UTF-8 text, or all is longer than an array.
    /// </exception>
    public static byte[] Read(params IReadOnlyList<string> paths)
    {
        if (paths.Count == 0) throw new GpuLmException("Name 1 text file or folder, or more.");
        var texts = new List<byte[]>();
        foreach (string file in paths.SelectMany(Files))
        {
            if (texts.Count > 0 && texts[^1][^1] != '\n') texts.Add("\n"u8.ToArray());
            texts.Add(ReadFile(file));
        }
        long length = texts.Sum(text => (long)text.Length);
        if (length > Array.MaxLength)
        {
            throw new GpuLmException($"The text has {length:N0} bytes; GpuLm takes at most {Array.MaxLength:N0}. Give fewer files.");
        }
        if (texts.Count == 1) return texts[0];
        var joined = new byte[length];
        int at = 0;
        foreach (var text in texts)
        {
            text.CopyTo(joined, at);
            at += text.Length;
        }
        return joined;
    }

    private static IEnumerable<string> Files(string path)
    {
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path))
        {
            throw new GpuLmException($"There is no file or folder '{path}' (looked in {Directory.GetCurrentDirectory()}).");
        }
        var files = Directory.GetFiles(path, "*.txt", SearchOption.AllDirectories);
        if (files.Length == 0)
        {
            throw new GpuLmException($"The folder '{path}' has no .txt file. Name the files themselves if they end otherwise.");
        }
        Array.Sort(files, string.CompareOrdinal);
        return files;
    }

    private static byte[] ReadFile(string path)
    {
        if (new FileInfo(path).Length > Array.MaxLength)
        {
            throw new GpuLmException(
                $"'{path}' has {new FileInfo(path).Length:N0} bytes; GpuLm takes at most {Array.MaxLength:N0}. Give a shorter file.");
        }
        var text = File.ReadAllBytes(path);
        if (text.AsSpan().StartsWith(ByteOrderMark)) text = text[ByteOrderMark.Length..];
        if (text.Length == 0) throw new GpuLmException($"'{path}' is empty. Leave it out, or name a file with text.");
        int fault = Utf8Scan.FirstFault(text);
        if (fault >= 0)
        {
            string encoding = text is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] ? "UTF-16" : "LATIN1";
            throw new GpuLmException(
                $"'{path}' is no UTF-8 text: byte 0x{text[fault]:X2} at offset {fault}. If it is {encoding}, "
                + $"iconv -f {encoding} -t UTF-8 '{path}' > converted.txt converts it.");
        }
        return text;
    }
}
