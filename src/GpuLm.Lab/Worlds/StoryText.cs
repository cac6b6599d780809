using System.Text;

namespace GpuLm.Lab.Worlds;

/// <summary>Collects the sentences of a story as UTF-8. Allocates nothing once it has held the longest story.</summary>
internal sealed class StoryText
{
    private byte[] buffer = new byte[4096];
    private int length;
    private int sentence;

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, length);

    public void Clear() => length = sentence = 0;

    /// <summary>Appends to the sentence.</summary>
    public StoryText Add(ReadOnlySpan<byte> words)
    {
        if (length + words.Length + 2 > buffer.Length) Array.Resize(ref buffer, 2 * (length + words.Length + 2));
        words.CopyTo(buffer.AsSpan(length));
        length += words.Length;
        return this;
    }

    /// <summary>Ends a sentence: its first letter becomes a capital, its mark and a space follow.</summary>
    public void End(char mark)
    {
        buffer[sentence] = (byte)char.ToUpperInvariant((char)buffer[sentence]);
        buffer[length++] = (byte)mark;
        buffer[length++] = (byte)' ';
        sentence = length;
    }

    /// <summary>Ends the story with an empty line.</summary>
    public void EndStory()
    {
        length--;
        Add("\n\n"u8);
    }

    /// <summary>Words as the bytes that <see cref="Add"/> takes.</summary>
    public static byte[][] Bytes(IEnumerable<string> words) => [.. words.Select(Encoding.ASCII.GetBytes)];
}
