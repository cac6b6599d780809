namespace GpuLm.Checkpoints;

/// <summary>
/// Writes whole files: a reader sees the old content or the new, never half of it, even if the process or the machine stops.
/// </summary>
public static class AtomicFile
{
    /// <summary>What the name of something that is not whole yet ends with.</summary>
    public const string TemporaryEnding = ".tmp";

    /// <summary>
    /// Writes a temporary file beside <paramref name="path"/>, flushes it to the disk, renames it over the old one and flushes the folder.
    /// </summary>
    /// <param name="path">The file to create or replace; its folder must exist.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="GpuLmException">The disk is full or the folder cannot be written; the old file is left as it was.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string temporary = path + TemporaryEnding;
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
            DiskFlush.Folder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GpuLmException(
                $"'{path}' could not be written: {e.Message} What was saved before is untouched. "
                + "Free some space, or choose a folder that can be written.", e);
        }
        finally
        {
            if (File.Exists(temporary)) File.Delete(temporary);
        }
    }

    /// <summary>Writes a text in UTF-8, as <see cref="Write"/> does.</summary>
    /// <exception cref="GpuLmException">The disk is full or the folder cannot be written; the old file is left as it was.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
