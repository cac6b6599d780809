namespace GpuLm.Cli.Training;

/// <summary>
/// A file that grows by whole records, each on the disk as soon as it is made. Where the disk is full, records wait in memory until there
/// is room, so that a run need not end for them, and the file never holds a part of one.
/// </summary>
sealed class RecordFile : IDisposable
{
    readonly FileStream file;
    readonly MemoryStream waiting = new();
    readonly Action<string>? tell;
    bool fails;

    /// <summary>Opens the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">Whether it is new or grows.</param>
    /// <param name="share">What others may do with it meanwhile.</param>
    /// <param name="tell">Hears, once, that the file cannot be written.</param>
    public RecordFile(string path, FileMode mode, FileShare share, Action<string>? tell)
    {
        file = new FileStream(path, mode, FileAccess.Write, share, bufferSize: 0);
        this.tell = tell;
    }

    /// <summary>Where it is.</summary>
    public string Path => file.Name;

    /// <summary>Adds a record, and those that wait.</summary>
    public void Append(ReadOnlySpan<byte> record)
    {
        waiting.Write(record);
        if (TryWrite() is not { } error)
        {
            fails = false;
            return;
        }
        if (fails) return;
        fails = true;
        tell?.Invoke(
            $"A file of the run cannot be written: {error.TrimEnd('.')}. Training goes on, and what belongs into it waits until "
            + "there is room.");
    }

    /// <summary>Writes what waits if there is room now.</summary>
    public void Dispose()
    {
        TryWrite();
        file.Dispose();
    }

    /// <returns>Why it was not possible; nothing where it was.</returns>
    string? TryWrite()
    {
        long whole = file.Position;
        try
        {
            file.Write(waiting.GetBuffer().AsSpan(0, (int)waiting.Length));
            waiting.SetLength(0);
            return null;
        }
        catch (IOException e)
        {
            // A full disk takes a part of what it is given.
            file.SetLength(whole);
            file.Position = whole;
            return e.Message;
        }
    }
}
