using System.Text;
using Parquet;
using Parquet.Schema;

namespace GpuLm.Data.Reading;

/// <summary>Documents of a Parquet file's column, one row group in memory at a time.</summary>
internal static class ParquetTextReader
{
    /// <summary>Rows that are equal take few bits. A file that claims more is damaged.</summary>
    private const long MostRowsPerByte = 1000;

    /// <summary>The texts of a column of strings, in order; rows in which it is null or empty have none.</summary>
    public static IEnumerable<Document> Read(CorpusFile file, string column, Action<long> onProgress)
    {
        using var stream = Seekable(file);
        var reader = Guarded(file, () => Open(stream));
        try
        {
            var field = Guarded(file, () => Field(reader.Schema, column, file));
            long row = 0;
            for (int group = 0; group < reader.RowGroupCount; group++)
            {
                foreach (string? text in Guarded(file, () => Strings(reader, group, field, stream.Length)))
                {
                    byte[] utf8 = Encoding.UTF8.GetBytes(text ?? "");
                    TextCheck.RequireNoZero(utf8, file, $"row {row + 1}");
                    if (utf8.Length > 0) yield return new Document(utf8, Line: row);
                    row++;
                }
                onProgress((long)((double)(group + 1) / reader.RowGroupCount * new FileInfo(file.Path).Length));
            }
        }
        finally
        {
            Wait(reader.DisposeAsync());
        }
    }

    private static ParquetReader Open(FileStream stream)
    {
        ParquetFooter.Require(stream);
        return Wait(ParquetReader.CreateAsync(new EndingStream(stream)));
    }

    private static DataField Field(ParquetSchema schema, string column, CorpusFile file)
    {
        var fields = Array.FindAll(schema.DataFields, field => field.Path.Length == 1);
        var field = Array.Find(fields, field => field.Name == column);
        if (field is not null && HoldsStrings(field)) return field;
        var texts = fields.Where(HoldsStrings).Select(other => other.Name);
        throw new GpuLmException(
            (field is null ? $"{file.Name} has no column \"{column}\"" : $"The column \"{column}\" of {file.Name} holds no strings")
            + $"; its columns of strings: {(texts.Any() ? string.Join(", ", texts.Take(20)) : "none")}. "
            + "Say with --text-field which one is the text.");
    }

    /// <summary>The library calls a column of strings that it reads one of spans of characters.</summary>
    private static bool HoldsStrings(DataField field) =>
        (field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>)) && !field.IsArray;

    private static string?[] Strings(ParquetReader reader, int group, DataField field, long bytes)
    {
        using var rows = reader.OpenRowGroupReader(group);
        if (rows.RowCount < 0 || rows.RowCount > Math.Min(int.MaxValue / 16, MostRowsPerByte * bytes))
        {
            throw new InvalidDataException($"a row group claims {rows.RowCount} rows, and the file has {bytes} bytes");
        }
        var texts = new string?[rows.RowCount];
        Wait(rows.ReadAsync(field, texts.AsMemory(), null));
        return texts;
    }

    /// <summary>Parquet is read from its end, so a packed file is unpacked first, into a file that goes when it is closed.</summary>
    private static FileStream Seekable(CorpusFile file)
    {
        if (file.Packing == Packing.None) return CorpusInput.Open(file);
        using var input = new CorpusInput(file);
        var unpacked = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None,
            1 << 16, FileOptions.DeleteOnClose);
        var buffer = new byte[1 << 16];
        for (int count = buffer.Length; count == buffer.Length;)
        {
            count = input.Read(buffer);
            unpacked.Write(buffer, 0, count);
        }
        unpacked.Position = 0;
        return unpacked;
    }

    /// <summary>The library answers damaged files with exceptions of every kind.</summary>
    private static T Guarded<T>(CorpusFile file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not GpuLmException)
        {
            throw new GpuLmException(
                $"{file.Name} is no Parquet file that can be read: {e.Message.TrimEnd('.')}. It may be cut off or damaged: fetch it again.",
                e);
        }
    }

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static void Wait(ValueTask task) => task.AsTask().GetAwaiter().GetResult();
}
