using System.Text.Json;

namespace GpuLm.Cli.Training;

/// <summary>Files of a run with a JSON object a line, each with the <c>step</c> that it tells about, in rising order.</summary>
static class JsonLines
{
    /// <summary>
    /// Cuts what a file tells about steps after a checkpoint's, which the resumed run takes again, and a last line that a stopped process
    /// left unfinished. A file that is not there stays so.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="lastStep">The checkpoint's step; its lines stay.</param>
    /// <exception cref="InvalidDataException">A line is no JSON object with a step.</exception>
    public static void CutAfter(string path, int lastStep)
    {
        if (!File.Exists(path)) return;
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        file.SetLength(LengthUntil(file, path, lastStep));
    }

    static long LengthUntil(FileStream file, string path, int lastStep)
    {
        long kept = 0;
        var line = new List<byte>();
        for (int value = file.ReadByte(); value >= 0; value = file.ReadByte())
        {
            if (value != '\n')
            {
                line.Add((byte)value);
                continue;
            }
            if (StepOf(line.ToArray(), path, kept) > lastStep) return kept;
            kept += line.Count + 1;
            line.Clear();
        }
        return kept;
    }

    static long StepOf(byte[] line, string path, long offset)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("step").GetInt64();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException(
                $"'{path}' has, at byte {offset}, a line that is no JSON object with a step. Move the file away to resume without it.", e);
        }
    }
}
