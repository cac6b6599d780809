namespace GpuLm.Tokenization.Bpe;

/// <summary>A step of byte-pair encoding: two tokens that follow one another become one, which stands for the bytes of both.</summary>
/// <param name="Left">The first token.</param>
/// <param name="Right">The second token.</param>
public readonly record struct BpeMerge(int Left, int Right);
