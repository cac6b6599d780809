using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>One warp each: kernels that do nothing but call an intrinsic.</summary>
static class IntrinsicsKernels
{
    public static void Functions(ArrayView<float> x, ArrayView<float> y)
    {
        for (int i = Group.IdxX; i < x.IntLength; i += Group.DimX)
        {
            int at = 5 * i;
            y[at] = Numbers.Exp2(x[i]);
            y[at + 1] = Numbers.Log2(x[i]);
            y[at + 2] = Numbers.ReciprocalRoot(x[i]);
            y[at + 3] = Numbers.Reciprocal(x[i]);
            y[at + 4] = Numbers.Tanh(x[i]);
        }
    }

    public static void Rounding(ArrayView<float> x, ArrayView<uint> pairs, ArrayView<float> parts, ArrayView<uint> tf32)
    {
        for (int i = Group.IdxX; i < pairs.IntLength; i += Group.DimX)
        {
            uint pair = Numbers.PackBFloat16(x[2 * i], x[2 * i + 1]);
            pairs[i] = pair;
            parts[2 * i] = Numbers.LowBFloat16(pair);
            parts[2 * i + 1] = Numbers.HighBFloat16(pair);
            tf32[i] = Numbers.ToTf32(x[i]);
        }
    }

    public static void Exchange(ArrayView<float> x, ArrayView<float> y)
    {
        int lane = Group.IdxX;
        y[lane] = Warps.ShuffleXor(x[lane], 5);
        y[32 + lane] = Warps.Shuffle(x[lane], 31 - lane);
        y[64 + lane] = Warps.Sum(x[lane]);
        y[96 + lane] = Warps.Max(x[lane]);
    }

    /// <summary>kind 0: bf16, 1: fp16; fragments in the order that TensorCore documents.</summary>
    public static void Multiply16(ArrayView<UInt4> a, ArrayView<UInt2> b, ArrayView<Float4> c, int kind)
    {
        Float4 sum = c[Group.IdxX];
        if (kind == 0) sum = TensorCore.MultiplyAddBFloat16(sum, a[Group.IdxX], b[Group.IdxX]);
        else sum = TensorCore.MultiplyAddHalf(sum, a[Group.IdxX], b[Group.IdxX]);
        c[Group.IdxX] = sum;
    }

    public static void MultiplyTf32(ArrayView<UInt4> a, ArrayView<UInt2> b, ArrayView<Float4> c)
    {
        Float4 sum = c[Group.IdxX];
        sum = TensorCore.MultiplyAddTf32(sum, a[Group.IdxX], b[Group.IdxX]);
        c[Group.IdxX] = sum;
    }

    /// <summary>Copies 32 rows of 16 bytes into shared memory, the last ones in part, and reads them as four matrices.</summary>
    public static void Matrices(
        ArrayView<UInt4> rows, int bytesOfLast, ArrayView<UInt4> plain, ArrayView<UInt4> transposed, ArrayView<UInt4> stored)
    {
        uint shared = SharedAccess.AddressOf(ref SharedMemory.Allocate<uint>(2 * 128)[0]);
        uint row = shared + (uint)Group.IdxX * 16;
        AsyncCopy.Copy16(row, ref rows[Group.IdxX], Group.IdxX < 30 ? 16 : bytesOfLast);
        AsyncCopy.Commit();
        AsyncCopy.WaitForAllBut(0);
        Group.Barrier();
        plain[Group.IdxX] = SharedAccess.LoadMatrices(row);
        transposed[Group.IdxX] = SharedAccess.LoadMatricesTransposed(row);
        SharedAccess.StoreUInt4(row + 512, SharedAccess.LoadUInt4(row));
        Warps.Synchronize();
        stored[Group.IdxX] = SharedAccess.LoadUInt4(row + 512);
    }
}
