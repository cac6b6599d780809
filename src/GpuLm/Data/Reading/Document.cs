namespace GpuLm.Data.Reading;

/// <summary>A text of its own: nothing before it belongs to it, and nothing after it.</summary>
/// <param name="Text">UTF-8.</param>
/// <param name="Offset">Bytes before it in its file; 0 where it stands in a line or a row.</param>
/// <param name="Line">Line ends before it in its file, or lines or rows.</param>
internal readonly record struct Document(ReadOnlyMemory<byte> Text, long Offset = 0, long Line = 0)
{
    /// <summary>The longest document; a longer text of a plain file is taken as several, cut at line ends.</summary>
    public const int MostBytes = 1 << 26;
}
