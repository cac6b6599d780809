using ILGPU;

namespace GpuLm.Kernels.MatMul;

/// <summary>
/// The device body of <see cref="MatrixTile"/>: 256 threads compute a 64 x 64 tile, 16 terms of K at a time through shared memory; thread
/// (i, j) of 16 x 16 keeps the 4 x 4 outputs at rows 4 i + r, columns 4 j + s in registers. Two barriers a step.
/// </summary>
static class MatrixTileOnDevice
{
    public const int Tile = 64, Depth = 16, Threads = 256;

    public static void Multiply(
        ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, ArrayView<float> extra, MatMulPlan plan, int row, int rows,
        int column, int columns, ArrayView<float> c)
    {
        var tileA = SharedMemory.Allocate<float>(Tile * Depth);
        var tileB = SharedMemory.Allocate<float>(Tile * Depth);
        int thread = Group.IdxX, i = thread / 16 * 4, j = thread % 16 * 4;
        float c00 = 0, c01 = 0, c02 = 0, c03 = 0, c10 = 0, c11 = 0, c12 = 0, c13 = 0;
        float c20 = 0, c21 = 0, c22 = 0, c23 = 0, c30 = 0, c31 = 0, c32 = 0, c33 = 0;
        for (int k0 = 0; k0 < plan.K; k0 += Depth)
        {
            for (int e = thread; e < Tile * Depth; e += Threads)
            {
                // Neighbouring threads read neighbouring addresses, whichever way the operand lies.
                int ka = plan.DepthStepA == 1 ? e % Depth : e / Tile, m = plan.DepthStepA == 1 ? e / Depth : e % Tile;
                int kb = plan.DepthStepB == 1 ? e % Depth : e / Tile, n = plan.DepthStepB == 1 ? e / Depth : e % Tile;
                tileA[ka * Tile + m] = m < rows && k0 + ka < plan.K
                    ? a[(long)(row + m) * plan.RowStepA + (long)(k0 + ka) * plan.DepthStepA] : 0f;
                tileB[kb * Tile + n] = n < columns && k0 + kb < plan.K
                    ? b[(long)(column + n) * plan.ColumnStepB + (long)(k0 + kb) * plan.DepthStepB] : 0f;
            }
            Group.Barrier();
            for (int k = 0; k < Depth; k++)
            {
                int ia = k * Tile + i, ib = k * Tile + j;
                float a0 = tileA[ia], a1 = tileA[ia + 1], a2 = tileA[ia + 2], a3 = tileA[ia + 3];
                float b0 = tileB[ib], b1 = tileB[ib + 1], b2 = tileB[ib + 2], b3 = tileB[ib + 3];
                c00 += a0 * b0; c01 += a0 * b1; c02 += a0 * b2; c03 += a0 * b3;
                c10 += a1 * b0; c11 += a1 * b1; c12 += a1 * b2; c13 += a1 * b3;
                c20 += a2 * b0; c21 += a2 * b1; c22 += a2 * b2; c23 += a2 * b3;
                c30 += a3 * b0; c31 += a3 * b1; c32 += a3 * b2; c33 += a3 * b3;
            }
            Group.Barrier();
        }
        StoreRow(c00, c01, c02, c03, i, j, bias, extra, plan, row, rows, column, columns, c);
        StoreRow(c10, c11, c12, c13, i + 1, j, bias, extra, plan, row, rows, column, columns, c);
        StoreRow(c20, c21, c22, c23, i + 2, j, bias, extra, plan, row, rows, column, columns, c);
        StoreRow(c30, c31, c32, c33, i + 3, j, bias, extra, plan, row, rows, column, columns, c);
    }

    static void StoreRow(
        float v0, float v1, float v2, float v3, int i, int j, ArrayView<float> bias, ArrayView<float> extra, MatMulPlan plan, int row,
        int rows, int column, int columns, ArrayView<float> c)
    {
        if (i >= rows) return;
        long start = (long)(row + i) * plan.LeadingC + column + j;
        if (j < columns) Store(v0, start, column + j, bias, extra, plan, c);
        if (j + 1 < columns) Store(v1, start + 1, column + j + 1, bias, extra, plan, c);
        if (j + 2 < columns) Store(v2, start + 2, column + j + 2, bias, extra, plan, c);
        if (j + 3 < columns) Store(v3, start + 3, column + j + 3, bias, extra, plan, c);
    }

    static void Store(
        float value, long index, int column, ArrayView<float> bias, ArrayView<float> extra, MatMulPlan plan, ArrayView<float> c)
    {
        if (plan.Beta != 0f) value += plan.Beta * c[index];
        if (plan.Epilogue == (int)MatMulEpilogue.GeluGradient)
        {
            value *= Gelu.GeluOnDevice.TanhGradient(extra[index]);
        }
        else if (plan.Epilogue != (int)MatMulEpilogue.None)
        {
            value += bias[column];
            if (plan.Epilogue == (int)MatMulEpilogue.BiasResidual) value += extra[index];
            if (plan.Epilogue == (int)MatMulEpilogue.BiasGelu)
            {
                extra[index] = value;
                value = Gelu.GeluOnDevice.Tanh(value);
            }
        }
        c[index] = value;
    }
}
