using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;
using ILGPU.Runtime;
using static GpuLm.Kernels.Cuda.Rows.VectorAccess;
using Floats = ILGPU.ArrayView<float>;

namespace GpuLm.Kernels.LayerNorm;

/// <content>
/// The same on matrices in either format. In bf16 they need a CUDA device, columns that are a multiple of eight and at most 12,288, and
/// views at multiples of 16 bytes.
/// </content>
public sealed partial class LayerNorm
{
    /// <summary>Enough to keep a multiprocessor busy, few enough that their sums are soon added up.</summary>
    const int BackwardWarpsPerMultiprocessor = 16;

    LayerNormBf16? bf16;

    LayerNormBf16 Bf16 => bf16 ??= new(RequireBf16(device));

    /// <summary>Writes y, and mean and rstd for the backward pass; x and y have one format.</summary>
    /// <exception cref="ArgumentException">A size is not positive, a view too short, or bf16 is not to be had.</exception>
    public void Forward(Tensor x, Floats weight, Floats bias, float epsilon, int rows, int columns, Tensor y, Floats mean, Floats rstd)
    {
        if (x.Format == NumberFormat.Fp32)
        {
            Forward(x.AsFp32(), weight, bias, epsilon, rows, columns, y.AsFp32(), mean, rstd);
            return;
        }
        var launches = Bf16;
        int warps = CheckBf16(x, weight, rows, columns, mean, rstd);
        Guard.Holds(bias, columns);
        Guard.Holds(y.AsBf16(), (long)rows * columns);
        launches.Forward(
            device.Stream, RowTeam.TeamEach(rows, warps), Vectors(x.AsBf16()), Vectors(weight), Vectors(bias), epsilon, rows, columns,
            warps, Vectors(y.AsBf16()), mean, rstd);
    }

    /// <summary>Writes sum = a + b, the new residual stream, and y, mean and rstd of sum. <paramref name="sum"/> may be a or b.</summary>
    /// <exception cref="ArgumentException">A size is not positive, a view too short, or bf16 is not to be had.</exception>
    public void ForwardOfSum(
        Tensor a, Tensor b, Floats weight, Floats bias, float epsilon, int rows, int columns, Tensor sum, Tensor y, Floats mean,
        Floats rstd)
    {
        if (a.Format == NumberFormat.Fp32)
        {
            ForwardOfSum(a.AsFp32(), b.AsFp32(), weight, bias, epsilon, rows, columns, sum.AsFp32(), y.AsFp32(), mean, rstd);
            return;
        }
        var launches = Bf16;
        int warps = CheckBf16(a, weight, rows, columns, mean, rstd);
        Guard.Holds(b.AsBf16(), (long)rows * columns);
        Guard.Holds(bias, columns);
        Guard.Holds(sum.AsBf16(), (long)rows * columns);
        Guard.Holds(y.AsBf16(), (long)rows * columns);
        launches.ForwardOfSum(
            device.Stream, RowTeam.TeamEach(rows, warps), Vectors(a.AsBf16()), Vectors(b.AsBf16()), Vectors(weight), Vectors(bias),
            epsilon, rows, columns, warps, Vectors(sum.AsBf16()), Vectors(y.AsBf16()), mean, rstd);
    }

    /// <summary>
    /// Overwrites dX; adds to dWeight and dBias where <paramref name="accumulate"/>, else overwrites them. mean and rstd come from the
    /// forward pass. <paramref name="dX"/> may be dY.
    /// </summary>
    /// <exception cref="ArgumentException">A size is not positive, a view too short, or bf16 is not to be had.</exception>
    public void Backward(
        Tensor dY, Tensor x, Floats weight, Floats mean, Floats rstd, int rows, int columns, Tensor dX, Floats dWeight, Floats dBias,
        bool accumulate)
    {
        if (dY.Format == NumberFormat.Fp32)
        {
            Backward(dY.AsFp32(), x.AsFp32(), weight, mean, rstd, rows, columns, dX.AsFp32(), dWeight, dBias, accumulate);
            return;
        }
        BackwardBf16(dY, x, weight, mean, rstd, dX, false, rows, columns, dX, dWeight, dBias, accumulate);
    }

    /// <summary>
    /// As <see cref="Backward(Tensor, Tensor, Floats, Floats, Floats, int, int, Tensor, Floats, Floats, bool)"/>, for an x that also goes
    /// on as the residual stream: dX = dResidual + the gradient through the norm. <paramref name="dX"/> may be <paramref name="dResidual"/>
    /// or dY.
    /// </summary>
    /// <exception cref="ArgumentException">A size is not positive, a view too short, or bf16 is not to be had.</exception>
    public void BackwardWithResidual(
        Tensor dY, Tensor x, Floats weight, Floats mean, Floats rstd, Tensor dResidual, int rows, int columns, Tensor dX, Floats dWeight,
        Floats dBias, bool accumulate)
    {
        if (dY.Format == NumberFormat.Fp32)
        {
            BackwardWithResidual(
                dY.AsFp32(), x.AsFp32(), weight, mean, rstd, dResidual.AsFp32(), rows, columns, dX.AsFp32(), dWeight, dBias, accumulate);
            return;
        }
        BackwardBf16(dY, x, weight, mean, rstd, dResidual, true, rows, columns, dX, dWeight, dBias, accumulate);
    }

    void BackwardBf16(
        Tensor dY, Tensor x, Floats weight, Floats mean, Floats rstd, Tensor dResidual, bool hasResidual, int rows, int columns, Tensor dX,
        Floats dWeight, Floats dBias, bool accumulate)
    {
        var launches = Bf16;
        int warps = CheckBf16(x, weight, rows, columns, mean, rstd);
        Guard.Holds(dY.AsBf16(), (long)rows * columns);
        Guard.Holds(dX.AsBf16(), (long)rows * columns);
        Guard.Holds(dResidual.AsBf16(), (long)rows * columns);
        Guard.Holds(dWeight, columns);
        Guard.Holds(dBias, columns);
        var oneRowATeam = RowTeam.TeamEach(rows, warps);
        int groups = Math.Min(
            oneRowATeam.GridDim.X, device.Workers * Math.Max(1, BackwardWarpsPerMultiprocessor * Warps.Size / oneRowATeam.GroupDim.X));
        var partials = device.Workspace(2L * groups * columns);
        launches.Backward(
            device.Stream, new(groups, oneRowATeam.GroupDim.X), Vectors(dY.AsBf16()), Vectors(x.AsBf16()), Vectors(weight), mean, rstd,
            Vectors(dResidual.AsBf16()), hasResidual ? 1 : 0, rows, columns, warps, Vectors(dX.AsBf16()), Vectors(partials));
        launches.SumPartials(
            device.Stream, new(2 * ColumnTile.Tiles(columns), ColumnTile.LargeGroup), Vectors(partials), groups, columns,
            accumulate ? 1 : 0, dWeight, dBias);
    }

    static int CheckBf16(Tensor x, Floats weight, int rows, int columns, Floats mean, Floats rstd)
    {
        Guard.Positive(rows);
        Guard.Positive(columns);
        Guard.Holds(x.AsBf16(), (long)rows * columns);
        Guard.Holds(weight, columns);
        Guard.Holds(mean, rows);
        Guard.Holds(rstd, rows);
        return RowTeam.WarpsFor(columns);
    }
}
