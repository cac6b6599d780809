using ILGPU;
using ILGPU.IR.Intrinsics;

namespace GpuLm.Kernels.Cuda.Intrinsics;

/// <summary>
/// ILGPU computes a value where it is used, even if that is inside a loop, and ptxas does not move divisions out again. A value that passes
/// through here is computed where the call stands.
/// </summary>
public static class Evaluate
{
    /// <summary>The value, computed by now.</summary>
    [IntrinsicImplementation, Ptx("mov.b32 {r}, {0}")]
    public static int Here(int value) => throw PtxIntrinsics.OnlyOnCuda;

    /// <inheritdoc cref="Here(int)"/>
    [IntrinsicImplementation, Ptx("mov.b32 {r}, {0}")]
    public static uint Here(uint value) => throw PtxIntrinsics.OnlyOnCuda;

    /// <inheritdoc cref="Here(int)"/>
    [IntrinsicImplementation, Ptx("mov.b64 {r}, {0}")]
    public static long Here(long value) => throw PtxIntrinsics.OnlyOnCuda;
}
