using System.Runtime.InteropServices;
using GpuLm.Kernels.Cuda.Intrinsics;

namespace GpuLm.Kernels.Cuda;

/// <summary>
/// What a <see cref="BulkCopy"/> knows of a tensor in global memory: 128 bytes that only the device's own encoder can write (CUDA Driver
/// API, "Tensor Map Object Management"). Lies at a multiple of 64 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct TensorMap
{
    /// <summary>Parts of a map.</summary>
    public const int Parts = 8;

    TensorMapPart a, b, c, d, e, f, g, h;
}

/// <summary>
/// An eighth of a <see cref="TensorMap"/>, by whose first part kernels name it: a view starts at a multiple of its elements' size, and no
/// memory begins at a multiple of 128 bytes on every device.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct TensorMapPart
{
    UInt4 words;
}

/// <summary>
/// bf16 matrices in global memory and the box that one bulk copy moves. The box lies in shared memory in rows whose 16-byte chunks are
/// swizzled as <see cref="MatrixDescriptor"/> says; what lies outside a matrix is read as zero.
/// </summary>
/// <param name="Address">The first element; a multiple of 16 bytes.</param>
/// <param name="Columns">Elements of a row.</param>
/// <param name="Rows">Rows of a matrix.</param>
/// <param name="Leading">Elements from one row to the next; a multiple of 8.</param>
/// <param name="BoxColumns">Elements of a row of the box; at most 64, which are 128 bytes.</param>
/// <param name="BoxRows">Rows of the box; at most 256.</param>
public readonly record struct TensorMapShape(nint Address, int Columns, int Rows, int Leading, int BoxColumns, int BoxRows)
{
    /// <summary>Matrices, copied by three coordinates where there are several.</summary>
    public int Matrices { get; init; } = 1;

    /// <summary>Elements from one matrix to the next; a multiple of 8.</summary>
    public long Stride { get; init; }
}

/// <summary>Writes tensor maps in the form that a device reads.</summary>
public interface ITensorMapEncoder
{
    /// <summary>The map of a shape.</summary>
    TensorMap Encode(TensorMapShape shape);
}
