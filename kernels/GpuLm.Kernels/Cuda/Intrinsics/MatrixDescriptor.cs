namespace GpuLm.Kernels.Cuda.Intrinsics;

/// <summary>
/// How wgmma finds an operand in shared memory (PTX ISA, "Shared Memory Matrix Layout", "Matrix Descriptor Format"). Operands lie in rows
/// of 128 bytes, 64 bf16 numbers, whose 16-byte chunks are swizzled: chunk c of row r lies at place c ^ (r % 8). Eight rows form a core of
/// 1,024 bytes, which starts at a multiple of that.
/// </summary>
public static class MatrixDescriptor
{
    /// <summary>Bytes of a swizzled row.</summary>
    public const int RowBytes = 128;

    const int CoreBytes = 8 * RowBytes;
    const ulong Swizzle128 = 1UL << 62;

    /// <summary>
    /// An operand whose rows run along K ("K-major"): cores follow each other down the operand's rows. A step of 16 along K is 32 bytes.
    /// </summary>
    /// <param name="address">Where the operand's first core starts in shared memory.</param>
    public static ulong AlongK(uint address) => Encode(address, 1, CoreBytes);

    /// <summary>
    /// An operand whose rows run across K ("MN-major"): cores follow each other along K; the next 64 columns lie
    /// <paramref name="panelBytes"/> behind. A step of 16 along K is 2,048 bytes.
    /// </summary>
    /// <param name="address">Where the operand's first core starts in shared memory.</param>
    /// <param name="panelBytes">From one panel of 64 columns to the next.</param>
    public static ulong AcrossK(uint address, int panelBytes) => Encode(address, panelBytes / 16, CoreBytes);

    static ulong Encode(uint address, int leading, int strideBytes) =>
        Swizzle128 | (ulong)(strideBytes / 16) << 32 | (ulong)leading << 16 | (address & 0x3FFFF) >> 4;
}
