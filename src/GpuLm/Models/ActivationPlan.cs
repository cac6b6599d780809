using GpuLm.Kernels.Common;
using GpuLm.Tensors;

namespace GpuLm.Models;

/// <summary>How much a set of activations must hold.</summary>
/// <param name="Batch">B, the largest batch.</param>
/// <param name="Length">T, the longest sequence.</param>
/// <param name="Precision">The model's.</param>
/// <param name="Backward">What a backward pass computes again; null where none follows, and then all blocks share one set.</param>
public sealed record ActivationPlan(int Batch, int Length, Precision Precision, Recompute? Backward)
{
    /// <summary>Logits are made for at most so many elements at a time: enough rows to keep a device busy.</summary>
    const long LogitsElements = 1 << 24, LogitsElementsOnTensorCores = 1 << 27;

    /// <summary>Rows of a tile of the tensor cores' products: chunks are whole tiles.</summary>
    const int TileRows = 128;

    /// <summary>Rows of logits on tensor cores start at multiples of so many elements.</summary>
    const int LogitsAlignment = 64;

    /// <summary>N = B T.</summary>
    public int Tokens => checked(Batch * Length);

    /// <summary>Rows of logits that exist at once; null for as many as the device likes.</summary>
    public int? LogitsAtOnce { get; init; }

    internal NumberFormat Numbers => new ModelFormat(Precision).Numbers;

    /// <summary>Bytes that the activations need.</summary>
    public long RequiredBytes(GptConfig config)
    {
        var counter = new ArenaCutter();
        _ = new ActivationTensors(config, this, counter);
        return counter.Bytes;
    }

    /// <summary>Rows of logits that exist at once, at most N.</summary>
    public int LogitsRows(GptConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        long rows = LogitsAtOnce ?? (UsesTensorCores ? LogitsElementsOnTensorCores : LogitsElements) / config.VocabularySize;
        if (UsesTensorCores && rows > TileRows) rows -= rows % TileRows;
        return (int)Math.Clamp(rows, 1, Tokens);
    }

    /// <summary>Elements from one row of logits to the next: V, on tensor cores rounded up so that each row starts aligned.</summary>
    public int LogitsStride(GptConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        int v = config.VocabularySize;
        return UsesTensorCores ? checked(v + LogitsAlignment - 1) / LogitsAlignment * LogitsAlignment : v;
    }

    bool UsesTensorCores => Precision != Precision.Fp32;
}
