namespace GpuLm.Checkpoints;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type as the format writes it: F32, F16, BF16, I64 ...</param>
/// <param name="Shape">Sizes, outermost first; empty for a scalar.</param>
/// <param name="Start">First byte, counted from the end of the header.</param>
/// <param name="End">One past the last byte.</param>
public sealed record SafetensorsTensor(string Name, string Type, IReadOnlyList<long> Shape, long Start, long End)
{
    /// <summary>Elements.</summary>
    public long Length => Shape.Aggregate(1L, (product, size) => product * size);
}
