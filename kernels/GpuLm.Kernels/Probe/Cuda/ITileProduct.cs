using GpuLm.Kernels.Cuda.Intrinsics;

namespace GpuLm.Kernels.Probe.Cuda;

/// <summary>One mma.sync of a warp; a type argument of the probe's kernel. Rows of A and columns of B are eight words in each.</summary>
public interface ITileProduct
{
    /// <summary>sum + A B.</summary>
    Float4 MultiplyAdd(Float4 sum, UInt4 a, UInt2 b);
}

/// <summary>16 terms in bf16.</summary>
readonly struct Bf16Product : ITileProduct
{
    public const int Depth = 16;

    public Float4 MultiplyAdd(Float4 sum, UInt4 a, UInt2 b) => TensorCore.MultiplyAddBFloat16(sum, a, b);
}

/// <summary>8 terms in tf32.</summary>
readonly struct Tf32Product : ITileProduct
{
    public const int Depth = 8;

    public Float4 MultiplyAdd(Float4 sum, UInt4 a, UInt2 b) => TensorCore.MultiplyAddTf32(sum, a, b);
}
