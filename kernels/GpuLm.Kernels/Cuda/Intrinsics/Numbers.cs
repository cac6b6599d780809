using ILGPU;
using ILGPU.IR.Intrinsics;

namespace GpuLm.Kernels.Cuda.Intrinsics;

/// <summary>
/// Conversions and fast functions of single numbers (PTX ISA, "Data movement and conversion", "Floating-point instructions").
/// </summary>
public static class Numbers
{
    /// <summary>
    /// Two bf16 numbers in a word, each rounded to the nearest, ties to even; <paramref name="low"/> in the lower half. sm_80.
    /// </summary>
    [IntrinsicImplementation, Ptx("cvt.rn.bf16x2.f32 {r}, {1}, {0}")]
    public static uint PackBFloat16(float low, float high) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>The bf16 number in the lower half of a word; exact.</summary>
    public static float LowBFloat16(uint pair) => Interop.IntAsFloat(pair << 16);

    /// <summary>The bf16 number in the upper half of a word; exact.</summary>
    public static float HighBFloat16(uint pair) => Interop.IntAsFloat(pair & 0xFFFF_0000);

    /// <summary>The nearest tf32 number (10 bits of fraction), ties away from zero, as an fp32 word. sm_80.</summary>
    [IntrinsicImplementation, Ptx("cvt.rna.tf32.f32 {r}, {0}")]
    public static uint ToTf32(float value) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>2^x with a relative error of at most 2^-22.5 + 2 ulp over the full range; subnormal results are kept.</summary>
    [IntrinsicImplementation, Ptx("ex2.approx.f32 {r}, {0}")]
    public static float Exp2(float x) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>log2(x) with an absolute error of at most 2^-22 near 1, else a relative error of 2^-22.</summary>
    [IntrinsicImplementation, Ptx("lg2.approx.f32 {r}, {0}")]
    public static float Log2(float x) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>1 / sqrt(x) with a relative error of at most 2^-22.9.</summary>
    [IntrinsicImplementation, Ptx("rsqrt.approx.f32 {r}, {0}")]
    public static float ReciprocalRoot(float x) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>1 / x with an error of at most 1 ulp.</summary>
    [IntrinsicImplementation, Ptx("rcp.approx.f32 {r}, {0}")]
    public static float Reciprocal(float x) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>tanh(x) with a relative error of at most 2^-11: enough for bf16, not for fp32. sm_75.</summary>
    [IntrinsicImplementation, Ptx("tanh.approx.f32 {r}, {0}")]
    public static float Tanh(float x) => throw PtxIntrinsics.OnlyOnCuda;
}
