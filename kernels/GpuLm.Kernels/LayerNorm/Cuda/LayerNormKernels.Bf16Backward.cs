using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;

namespace GpuLm.Kernels.LayerNorm;

/// <content>The backward kernels of NVIDIA GPUs.</content>
public static partial class LayerNormKernels
{
    public static partial class RowInRegisters
    {
        /// <summary>
        /// As <see cref="LayerNormKernels.Backward"/>: dX = rstd (g - mean(g) - n mean(g n)) [+ dResidual], n = (x - mean) rstd, g = dY
        /// weight. A team walks over rows and keeps the sums of dY n and dY of its columns in registers. At the end the warps of a group
        /// add theirs up in shared memory, one after the other (a barrier each), and partials[group] = [dWeight | dBias].
        /// </summary>
        [LaunchBounds(RowTeam.MaxWarps * Warps.Size)]
        public static void Backward(
            ArrayView<UInt4> dY, ArrayView<UInt4> x, ArrayView<Float4> weight, ArrayView<float> mean, ArrayView<float> rstd,
            ArrayView<UInt4> dResidual, int hasResidual, int rows, int columns, int warps, ArrayView<UInt4> dX, ArrayView<Float4> partials)
        {
            var team = RowTeam.Own(columns, warps);
            Float8 dWeightA = default, dWeightB = default, dWeightC = default;
            Float8 dBiasA = default, dBiasB = default, dBiasC = default;
            for (int row = team.Index; row < rows; row += team.Count)
            {
                RowPart above = RowPart.Load(dY, row, team), input = RowPart.Load(x, row, team);
                float m = mean[row], r = rstd[row], sumG = 0, sumGN = 0;
                if (team.Has(0))
                {
                    Float8 d = Float8.Unpack(above.A), n = (Float8.Unpack(input.A) - m) * r, g = d * Float8.Load(weight, team.At(0));
                    (dWeightA, dBiasA) = (dWeightA + d * n, dBiasA + d);
                    (sumG, sumGN) = (sumG + g.Sum(), sumGN + (g * n).Sum());
                }
                if (team.Has(1))
                {
                    Float8 d = Float8.Unpack(above.B), n = (Float8.Unpack(input.B) - m) * r, g = d * Float8.Load(weight, team.At(1));
                    (dWeightB, dBiasB) = (dWeightB + d * n, dBiasB + d);
                    (sumG, sumGN) = (sumG + g.Sum(), sumGN + (g * n).Sum());
                }
                if (team.Has(2))
                {
                    Float8 d = Float8.Unpack(above.C), n = (Float8.Unpack(input.C) - m) * r, g = d * Float8.Load(weight, team.At(2));
                    (dWeightC, dBiasC) = (dWeightC + d * n, dBiasC + d);
                    (sumG, sumGN) = (sumG + g.Sum(), sumGN + (g * n).Sum());
                }
                var statistics = new RowStatistics
                {
                    Mean = m, Rstd = r, MeanG = team.Sum(sumG) / columns, MeanGN = team.Sum(sumGN) / columns, HasResidual = hasResidual,
                    Start = (long)row * team.Vectors,
                };
                if (team.Has(0)) WriteGradient(above.A, input.A, weight, statistics, team.At(0), dResidual, dX);
                if (team.Has(1)) WriteGradient(above.B, input.B, weight, statistics, team.At(1), dResidual, dX);
                if (team.Has(2)) WriteGradient(above.C, input.C, weight, statistics, team.At(2), dResidual, dX);
            }

            var shared = SharedMemory.Allocate<float>(RowTeam.SingleWarps * ColumnTile.Columns);
            var partial = partials.SubView((long)Grid.IdxX * 4 * team.Vectors, 4 * team.Vectors);
            WriteSums(dWeightA, dWeightB, dWeightC, team, warps, shared, partial.SubView(0, 2 * team.Vectors));
            WriteSums(dBiasA, dBiasB, dBiasC, team, warps, shared, partial.SubView(2 * team.Vectors, 2 * team.Vectors));
        }

        /// <summary>dWeight and dBias (+)= the sum of the groups' partials. A group owns a tile of columns of one of the two.</summary>
        [LaunchBounds(ColumnTile.LargeGroup)]
        public static void SumPartials(
            ArrayView<Float4> partials, int groups, int columns, int accumulate, ArrayView<float> dWeight, ArrayView<float> dBias)
        {
            int tiles = Grid.DimX / 2, isBias = Grid.IdxX >= tiles ? 1 : 0, tile = Grid.IdxX - isBias * tiles;
            int vectors = columns / VectorAccess.Eight;
            var sum = ColumnTile.Sum(partials, 0, groups, 2 * vectors, isBias * vectors, tile, columns);
            var shared = SharedMemory.Allocate<float>(ColumnTile.LargeGroup * VectorAccess.Eight);
            ColumnTile.Write(sum, shared, tile, columns, accumulate, isBias != 0 ? dBias : dWeight);
        }

        static void WriteGradient(
            UInt4 dY, UInt4 x, ArrayView<Float4> weight, RowStatistics row, int at, ArrayView<UInt4> dResidual, ArrayView<UInt4> dX)
        {
            Float8 g = Float8.Unpack(dY) * Float8.Load(weight, at), n = (Float8.Unpack(x) - row.Mean) * row.Rstd;
            var inner = (g - row.MeanG + n * -row.MeanGN) * row.Rstd;
            if (row.HasResidual != 0) inner += Float8.Unpack(dResidual[row.Start + at]);
            dX[row.Start + at] = inner.Pack();
        }

        /// <summary>Writes the group's sums of its teams' columns. All threads call it.</summary>
        static void WriteSums(Float8 a, Float8 b, Float8 c, RowTeam team, int warps, ArrayView<float> shared, ArrayView<Float4> sums)
        {
            if (warps == 1)
            {
                a = ColumnTile.SumOverWarps(a, shared);
                b = ColumnTile.SumOverWarps(b, shared);
                c = ColumnTile.SumOverWarps(c, shared);
            }
            if (warps > 1 || Warps.Index == 0)
            {
                if (team.Has(0)) a.Store(sums, team.At(0));
                if (team.Has(1)) b.Store(sums, team.At(1));
                if (team.Has(2)) c.Store(sums, team.At(2));
            }
        }

        struct RowStatistics
        {
            public float Mean, Rstd, MeanG, MeanGN;
            public int HasResidual;
            public long Start;
        }
    }
}
