using System.IO.Hashing;

namespace GpuLm.Data;

/// <summary>
/// Which part of a document is held out for validation. It depends on the document alone, so that documents that are added move no other,
/// and equal documents are split alike.
/// </summary>
/// <param name="Share">The share of the text that is held out, 0 to 1.</param>
internal readonly record struct HeldOutRule(double Share)
{
    /// <summary>
    /// The shortest document, in bytes, whose end alone is held out. Of shorter ones, whole documents are: the share of them whose hash is
    /// smallest.
    /// </summary>
    public const int LongDocument = 1 << 16;

    /// <summary>Any fixed number: another would hold out other documents.</summary>
    private const long HashSeed = 0x6770756C6D;

    /// <summary>Where the training part of a document ends and its held-out part starts, in bytes.</summary>
    public int Cut(ReadOnlySpan<byte> document)
    {
        if (document.Length >= LongDocument || Share == 1) return CutEnd(document);
        double place = XxHash3.HashToUInt64(Identity(document), HashSeed) * (1.0 / 18446744073709551616.0);
        return place < Share ? 0 : document.Length;
    }

    /// <summary>
    /// What makes documents equal: all but the white space around them, since the last document of a file ends with a line end that the
    /// same document elsewhere lacks.
    /// </summary>
    public static ReadOnlySpan<byte> Identity(ReadOnlySpan<byte> document) => document.Trim(" \t\r\n"u8);

    /// <summary>The cut before the last share of a text, moved back to a character's start.</summary>
    public int CutEnd(ReadOnlySpan<byte> document) => Utf8Scan.CharacterStart(document, (int)(document.Length * (1 - Share)));

    /// <summary>Requires a share.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not from 0 to 1.</exception>
    public static HeldOutRule Of(double share) => share is >= 0 and <= 1
        ? new HeldOutRule(share)
        : throw new ArgumentOutOfRangeException(nameof(share), share, "The share of the text that is held out goes from 0 to 1.");
}
