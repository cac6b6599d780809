using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;

namespace GpuLm.Kernels.LayerNorm;

/// <content>The forward kernels of NVIDIA GPUs.</content>
public static partial class LayerNormKernels
{
    /// <summary>
    /// Matrices in bf16, everything else and all arithmetic in fp32. A team of one warp or one group owns a row and holds it in registers,
    /// see <see cref="RowTeam"/>: one read and one write of memory, the variance from the deviations as in the plain kernels. A team of one
    /// warp meets no barrier. Weights and biases come from the first-level cache. Rows longer than a group's registers do not work.
    /// </summary>
    public static partial class RowInRegisters
    {
        /// <summary>y = (x - mean) rstd weight + bias.</summary>
        [LaunchBounds(RowTeam.MaxWarps * Warps.Size, 2)]
        public static void Forward(
            ArrayView<UInt4> x, ArrayView<Float4> weight, ArrayView<Float4> bias, float epsilon, int rows, int columns, int warps,
            ArrayView<UInt4> y, ArrayView<float> mean, ArrayView<float> rstd)
        {
            var team = RowTeam.Own(columns, warps);
            if (team.Index < rows)
            {
                Normalize(RowPart.Load(x, team.Index, team), weight, bias, epsilon, columns, team, y, mean, rstd);
            }
        }

        /// <summary>
        /// sum = a + b, rounded to bf16, then as <see cref="Forward"/> of the rounded sum, which is what the backward pass will see.
        /// </summary>
        [LaunchBounds(RowTeam.MaxWarps * Warps.Size, 2)]
        public static void ForwardOfSum(
            ArrayView<UInt4> a, ArrayView<UInt4> b, ArrayView<Float4> weight, ArrayView<Float4> bias, float epsilon, int rows, int columns,
            int warps, ArrayView<UInt4> sum, ArrayView<UInt4> y, ArrayView<float> mean, ArrayView<float> rstd)
        {
            var team = RowTeam.Own(columns, warps);
            if (team.Index < rows)
            {
                var x = Add(RowPart.Load(a, team.Index, team), RowPart.Load(b, team.Index, team));
                long start = (long)team.Index * team.Vectors;
                if (team.Has(0)) sum[start + team.At(0)] = x.A;
                if (team.Has(1)) sum[start + team.At(1)] = x.B;
                if (team.Has(2)) sum[start + team.At(2)] = x.C;
                Normalize(x, weight, bias, epsilon, columns, team, y, mean, rstd);
            }
        }

        static void Normalize(
            RowPart x, ArrayView<Float4> weight, ArrayView<Float4> bias, float epsilon, int columns, RowTeam team, ArrayView<UInt4> y,
            ArrayView<float> mean, ArrayView<float> rstd)
        {
            float m = team.Sum(x.Sum()) / columns;
            float r = 1f / MathF.Sqrt(team.Sum(x.SquaredDeviations(m, team)) / columns + epsilon);
            long start = (long)team.Index * team.Vectors;
            if (team.Has(0)) y[start + team.At(0)] = Normalize(x.A, m, r, weight, bias, team.At(0));
            if (team.Has(1)) y[start + team.At(1)] = Normalize(x.B, m, r, weight, bias, team.At(1));
            if (team.Has(2)) y[start + team.At(2)] = Normalize(x.C, m, r, weight, bias, team.At(2));
            if (team.First == 0)
            {
                mean[team.Index] = m;
                rstd[team.Index] = r;
            }
        }

        static UInt4 Normalize(UInt4 x, float mean, float rstd, ArrayView<Float4> weight, ArrayView<Float4> bias, int at) =>
            ((Float8.Unpack(x) - mean) * rstd * Float8.Load(weight, at) + Float8.Load(bias, at)).Pack();

        static RowPart Add(RowPart a, RowPart b) => new() { A = Add(a.A, b.A), B = Add(a.B, b.B), C = Add(a.C, b.C) };

        static UInt4 Add(UInt4 a, UInt4 b) => (Float8.Unpack(a) + Float8.Unpack(b)).Pack();
    }
}
