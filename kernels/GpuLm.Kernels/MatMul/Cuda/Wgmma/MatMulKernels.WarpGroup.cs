using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.MatMul.Cuda;
using GpuLm.Kernels.MatMul.Cuda.Wgmma;
using ILGPU;

namespace GpuLm.Kernels.MatMul;

public static partial class MatMulKernels
{
    /// <summary>The matrix product on Hopper's tensor cores by wgmma (sm_90a alone).</summary>
    public static class WarpGroup
    {
        // The register file holds 168 for each of 384 threads; who copies hands most of its share to those who multiply.
        const int CopyRegisters = 40, MultiplyRegisters = 232;

        /// <summary>
        /// C = epilogue(beta C + op(A) op(B)), operands in bf16, sums in fp32. As many groups as multiprocessors do tile after tile, or,
        /// where K is split, split after split, which go to <paramref name="partials"/>. A group has three warp groups: one thread of the
        /// first starts bulk copies of 64 terms of K into a ring of stages, the other two multiply half a tile each by wgmma, which reads
        /// both operands from shared memory. Barriers in shared memory say which stages are full and empty; warp groups never meet after
        /// the first one. Sums reach C as <see cref="WarpGroupEpilogue"/> says, while copies for the next tile go on. No atomics, a fixed
        /// order of summation.
        /// </summary>
        public static void Tile<TTile, TLayout, TSum>(
            ArrayView<TensorMapPart> a, ArrayView<TensorMapPart> b, ArrayView<float> bias, ArrayView<byte> extra, TensorCorePlan plan,
            ArrayView<float> partials, ArrayView<byte> c)
            where TTile : struct, IWgmmaTile where TLayout : struct, IOperandLayout where TSum : struct
        {
            uint shared = SharedAccess.Dynamic(), sums = shared + (uint)WarpGroupPipeline.Bytes<TTile>();
            if (Group.IdxX == 0) WarpGroupPipeline.Initialize<TTile>(shared);
            Group.Barrier();
            int warpGroup = Group.IdxX >> 7;
            if (warpGroup == 0)
            {
                WarpGroups.DecreaseRegisters(CopyRegisters);
                if (Group.IdxX == 0) WarpGroupPipeline.Fill<TTile, TLayout>(a, b, plan, shared);
                return;
            }
            WarpGroups.IncreaseRegisters(MultiplyRegisters);
            int ring = 0;
            for (int number = Grid.IdxX; number < WarpGroupWork.Count(plan); number += Grid.DimX)
            {
                var work = WarpGroupWork.At<TTile>(number, plan);
                var sum = WarpGroupPipeline.Multiply<TTile, TLayout, TSum>(work, shared, warpGroup - 1, ring);
                ring += work.Parts;
                WarpGroupEpilogue.Write<TTile, TSum>(sum, work, sums, bias, extra, plan, partials, c);
            }
        }
    }
}
