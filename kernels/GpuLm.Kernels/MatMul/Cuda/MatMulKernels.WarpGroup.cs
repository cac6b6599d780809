using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.MatMul.Cuda;
using ILGPU;

namespace GpuLm.Kernels.MatMul;

public static partial class MatMulKernels
{
    /// <summary>Products of bf16 on Hopper's tensor cores.</summary>
    public static class WarpGroup
    {
        const int ProducerRegisters = 40, ConsumerRegisters = 232;

        /// <summary>x</summary>
        public static void Tile<TTile, TLayout, TSum>(ArrayView<TensorMap> a, ArrayView<TensorMap> b, TensorCorePlan plan, ArrayView<float> c)
            where TTile : struct, IWarpGroupConfig where TLayout : struct, IOperandLayout where TSum : struct
        {
            uint shared = SharedAccess.Dynamic();
            if (Group.IdxX == 0) WarpGroupPipeline.Initialize<TTile>(shared);
            Group.Barrier();
            int warpGroup = Group.IdxX / WarpGroups.Size;
            if (warpGroup == 0)
            {
                WarpGroups.DecreaseRegisters(ProducerRegisters);
                if (Group.IdxX == 0) WarpGroupPipeline.Fill<TTile, TLayout>(a, b, plan, shared);
                return;
            }
            WarpGroups.IncreaseRegisters(ConsumerRegisters);
            int ring = 0;
            int warp = Group.IdxX / 32 - 4, lane = Group.IdxX % 32;
            uint staging = shared + (uint)(WarpGroupPipeline.Bytes<TTile>() + WarpGroupPipeline.BarrierBytes + warp * 16 * 272);
            for (int tile = Grid.IdxX; tile < plan.TilesDown * plan.TilesAcross; tile += Grid.DimX)
            {
                int row = TileOrder.Down(tile, plan) * default(TTile).Rows, column = TileOrder.Across(tile, plan) * default(TTile).Columns;
                var sum = WarpGroupPipeline.Multiply<TTile, TLayout, TSum>(plan, shared, warpGroup - 1, ring);
                ring += (plan.K + WarpGroupTile.Depth - 1) / WarpGroupTile.Depth;
                for (int part = 0; part < WarpGroupTile.Blocks<TTile>() * WarpGroupTile.PartsAcross<TTile>(); part++)
                {
                    WarpGroupTile.StorePart<TTile, TSum>(sum, part, staging + (uint)(lane / 4 * 272 + lane % 4 * 8), 272);
                    Warps.Synchronize();
                    for (int i = lane; i < 16 * 64; i += 32)
                    {
                        c[(long)(row + i / 64) * plan.LeadingC + column + i % 64 + part] = SharedAccess.LoadFloat(staging + (uint)(i / 64 * 272 + i % 64 * 4));
                    }
                    Warps.Synchronize();
                }
            }
        }
    }
}
