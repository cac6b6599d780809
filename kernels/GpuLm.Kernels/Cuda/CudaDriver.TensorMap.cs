using System.Runtime.InteropServices;

namespace GpuLm.Kernels.Cuda;

/// <summary>CUDA Driver API, "Tensor Map Object Management".</summary>
static unsafe partial class CudaDriver
{
    const int BFloat16Elements = 9, NoInterleave = 0, Swizzle128Bytes = 3, PromoteTo256Bytes = 3, FillWithZero = 0;
    const int MaxRank = 3, MapAlignment = 64;

    /// <summary>The map of bf16 matrices: swizzled rows of 128 bytes, fetched into L2 by 256 bytes, zero outside.</summary>
    /// <exception cref="CudaKernelException">The driver refuses the shape.</exception>
    public static TensorMap EncodeTensorMap(TensorMapShape shape)
    {
        int rank = shape.Matrices > 1 ? MaxRank : MaxRank - 1;
        ulong* sizes = stackalloc ulong[MaxRank] { (ulong)shape.Columns, (ulong)shape.Rows, (ulong)shape.Matrices };
        ulong* strides = stackalloc ulong[MaxRank - 1] { (ulong)shape.Leading * sizeof(ushort), (ulong)shape.Stride * sizeof(ushort) };
        uint* box = stackalloc uint[MaxRank] { (uint)shape.BoxColumns, (uint)shape.BoxRows, 1 };
        uint* steps = stackalloc uint[MaxRank] { 1, 1, 1 };
        var map = (TensorMap*)NativeMemory.AlignedAlloc((nuint)sizeof(TensorMap), MapAlignment);
        try
        {
            Require(
                cuTensorMapEncodeTiled(
                    map, BFloat16Elements, (uint)rank, shape.Address, sizes, strides, box, steps, NoInterleave, Swizzle128Bytes,
                    PromoteTo256Bytes, FillWithZero),
                $"cuTensorMapEncodeTiled({shape})");
            return *map;
        }
        finally
        {
            NativeMemory.AlignedFree(map);
        }
    }

    [LibraryImport(Library)]
    private static partial int cuTensorMapEncodeTiled(
        TensorMap* map, int elements, uint rank, nint address, ulong* sizes, ulong* strides, uint* box, uint* steps, int interleave,
        int swizzle, int promotion, int fill);
}
