using ILGPU;
using ILGPU.IR.Intrinsics;

namespace GpuLm.Kernels.Cuda.Intrinsics;

/// <summary>
/// Shared memory by 32-bit addresses, as matrix loads and asynchronous copies want them (PTX ISA, "ldmatrix", "ld", "st").
/// </summary>
public static class SharedAccess
{
    /// <summary>The address of the dynamic shared memory that the launch asked for; a multiple of 1,024 bytes.</summary>
    public static uint Dynamic() => AddressOf(ref SharedMemory.GetDynamic<uint>()[0]);

    /// <summary>The address of an element of shared memory.</summary>
    [IntrinsicImplementation, Ptx("cvt.u32.u64 {r}, {0}")]
    public static uint AddressOf(ref uint element) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Reads a word.</summary>
    [IntrinsicImplementation, Ptx("ld.shared.f32 {r}, [{0}]")]
    public static float LoadFloat(uint address) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Writes a word.</summary>
    [IntrinsicImplementation, Ptx("st.shared.f32 [{0}], {1}")]
    public static void StoreFloat(uint address, float value) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Reads four numbers from a multiple of 16 bytes.</summary>
    [IntrinsicImplementation, Ptx("ld.shared.v4.f32 {r}, [{0}]")]
    public static Float4 LoadFloat4(uint address) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Reads a word.</summary>
    [IntrinsicImplementation, Ptx("ld.shared.b32 {r}, [{0}]")]
    public static uint LoadUInt(uint address) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Writes a word.</summary>
    [IntrinsicImplementation, Ptx("st.shared.b32 [{0}], {1}")]
    public static void StoreUInt(uint address, uint value) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Reads four words from a multiple of 16 bytes.</summary>
    [IntrinsicImplementation, Ptx("ld.shared.v4.b32 {r}, [{0}]")]
    public static UInt4 LoadUInt4(uint address) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Writes four words to a multiple of 16 bytes.</summary>
    [IntrinsicImplementation, Ptx("st.shared.v4.b32 [{0}], {1}")]
    public static void StoreUInt4(uint address, UInt4 value) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>
    /// Four 8 x 8 matrices of 16-bit elements: lane l names row l % 8 of matrix l / 8, 16 bytes, and gets of each matrix the two elements
    /// from (l / 4, 2 (l % 4)) on.
    /// </summary>
    [IntrinsicImplementation, Ptx("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {r}, [{0}]")]
    public static UInt4 LoadMatrices(uint rowAddress) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>
    /// As <see cref="LoadMatrices"/>, each matrix transposed: lane l gets the elements (2 (l % 4), l / 4) and the one below.
    /// </summary>
    [IntrinsicImplementation, Ptx("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {r}, [{0}]")]
    public static UInt4 LoadMatricesTransposed(uint rowAddress) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Writes what <see cref="LoadMatrices"/> reads. sm_90.</summary>
    [IntrinsicImplementation, Ptx("stmatrix.sync.aligned.m8n8.x4.shared.b16 [{0}], {1}")]
    public static void StoreMatrices(uint rowAddress, UInt4 matrices) => throw PtxIntrinsics.OnlyOnCuda;
}
