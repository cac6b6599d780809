namespace GpuLm.Benchmarks.Harness;

/// <summary>Training makes the logits of so many tokens at a time, so that they need little memory.</summary>
static class Chunk
{
    public const int MostTokens = 8192;
}
