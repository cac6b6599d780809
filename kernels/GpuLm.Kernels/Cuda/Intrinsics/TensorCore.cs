using ILGPU;
using ILGPU.IR.Intrinsics;

namespace GpuLm.Kernels.Cuda.Intrinsics;

/// <summary>
/// Warp-wide matrix products: sum += A B (PTX ISA, "Matrix multiply-accumulate operation using mma instruction"). Every thread of the warp
/// calls it together. With g = lane / 4 and t = lane % 4 a thread holds of the sum [16, 8] the elements (g, 2t), (g, 2t + 1), (g + 8, 2t),
/// (g + 8, 2t + 1); of A [16, 16] the pairs from (g, 2t), (g + 8, 2t), (g, 2t + 8), (g + 8, 2t + 8) on; of B [16, 8] the pairs down a
/// column from (2t, g) and (2t + 8, g) on.
/// </summary>
public static class TensorCore
{
    /// <summary>m16n8k16, bf16 operands, fp32 sum; products are exact. sm_80.</summary>
    [IntrinsicImplementation, Ptx("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {r}, {1}, {2}, {r}", InPlace = 0)]
    public static Float4 MultiplyAddBFloat16(Float4 sum, UInt4 a, UInt2 b) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>m16n8k16, fp16 operands, fp32 sum; products are exact. sm_80.</summary>
    [IntrinsicImplementation, Ptx("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {r}, {1}, {2}, {r}", InPlace = 0)]
    public static Float4 MultiplyAddHalf(Float4 sum, UInt4 a, UInt2 b) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>
    /// m16n8k8, tf32 operands (fp32 words of which the lower 13 bits do not count; round them with <see cref="Numbers.ToTf32"/>), fp32 sum.
    /// A is [16, 8] with single elements at (g, t), (g + 8, t), (g, t + 4), (g + 8, t + 4), B [8, 8] at (t, g), (t + 4, g). sm_80.
    /// </summary>
    [IntrinsicImplementation, Ptx("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {r}, {1}, {2}, {r}", InPlace = 0)]
    public static Float4 MultiplyAddTf32(Float4 sum, UInt4 a, UInt2 b) => throw PtxIntrinsics.OnlyOnCuda;
}
