using System.Runtime.InteropServices;
using System.Text;

namespace GpuLm.Generation;

/// <summary>
/// Ends a stream of bytes before the first of some texts that appears in it, however tokens and characters cut the bytes. Bytes that may
/// be the beginning of one are held back.
/// </summary>
/// <param name="texts">The texts, none of them empty.</param>
sealed class StopTexts(IReadOnlyList<string> texts)
{
    readonly byte[][] stops = [.. texts.Select(Encoding.UTF8.GetBytes)];
    readonly List<byte> held = [];

    /// <summary>Whether one of the texts has appeared.</summary>
    public bool Found { get; private set; }

    /// <summary>The bytes that these let go.</summary>
    public byte[] Add(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            held.Add(value);
            // Of texts that end here the longest one begins first.
            int stop = stops.Where(EndsHere).Max(text => (int?)text.Length) ?? 0;
            if (stop == 0) continue;
            Found = true;
            held.RemoveRange(held.Count - stop, stop);
            return Release(held.Count);
        }
        return Release(held.Count - stops.Max(LongestBeginning));
    }

    /// <summary>The bytes that are still held back, where the stream ends.</summary>
    public byte[] End() => Release(held.Count);

    bool EndsHere(byte[] text) => CollectionsMarshal.AsSpan(held).EndsWith(text);

    /// <summary>How many of the last bytes may be the beginning of a text.</summary>
    int LongestBeginning(byte[] text)
    {
        int length = Math.Min(text.Length - 1, held.Count);
        while (!CollectionsMarshal.AsSpan(held).EndsWith(text.AsSpan(0, length))) length--;
        return length;
    }

    byte[] Release(int count)
    {
        byte[] released = [.. held[..count]];
        held.RemoveRange(0, count);
        return released;
    }
}
