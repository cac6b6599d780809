using System.Runtime.Intrinsics;
using GpuLm.Kernels.Primitives.Cpu;

namespace GpuLm.Kernels.MatMul.Cpu;

/// <summary>
/// One worker's matrix product after Goto and van de Geijn ("Anatomy of High-Performance Matrix Multiplication", 2008): blocks of A stay
/// in the second-level cache, a panel of B in the first, a block of C in registers. Each worker packs what it needs itself, so that
/// workers never wait for each other.
/// </summary>
static unsafe class CpuMatMul
{
    /// <summary>Values of k in a block: a panel of B (32 columns) takes 32 KB.</summary>
    const int BlockDepth = 256;

    /// <summary>Rows of A in a block, a multiple of every micro-kernel's rows: the block takes less than half of the second-level cache.</summary>
    const int BlockRows = 384;

    /// <summary>Panels of B packed at a time.</summary>
    const int BlockPanels = 24;

    /// <summary>The same where one block holds all rows of A: a panel is then used once, and should not leave the cache before it is.</summary>
    const int FewRowsBlockPanels = 4;

    /// <summary>A whole A of up to this many elements is packed once and kept for all columns.</summary>
    const int KeptA = 1 << 20;

    /// <summary>Rows and columns of the register block on this machine: tiles are cut at multiples of them.</summary>
    public static (int Rows, int Columns) Block =>
        Vector512.IsHardwareAccelerated ? (MicroKernel12x2.Rows, MicroKernel12x2.Columns)
        : Vector256.IsHardwareAccelerated ? (MicroKernel4x3<Simd256, Vector256<float>>.Rows, MicroKernel4x3<Simd256, Vector256<float>>.Columns)
        : (MicroKernel4x3<Simd128, Vector128<float>>.Rows, MicroKernel4x3<Simd128, Vector128<float>>.Columns);

    public static void Multiply(
        float* a, float* b, float* bias, float* extra, in MatMulPlan plan, int row, int rows, int column, int columns, float* c)
    {
        if (Vector512.IsHardwareAccelerated) Multiply<MicroKernel12x2, Simd512, Vector512<float>>(a, b, bias, extra, plan, row, rows, column, columns, c);
        else if (Vector256.IsHardwareAccelerated) Multiply<MicroKernel4x3<Simd256, Vector256<float>>, Simd256, Vector256<float>>(a, b, bias, extra, plan, row, rows, column, columns, c);
        else Multiply<MicroKernel4x3<Simd128, Vector128<float>>, Simd128, Vector128<float>>(a, b, bias, extra, plan, row, rows, column, columns, c);
    }

    public static void Multiply<TKernel, S, V>(
        float* a, float* b, float* bias, float* extra, in MatMulPlan plan, int row, int rows, int column, int columns, float* c)
        where TKernel : struct, IMicroKernel where S : struct, ISimd<V> where V : struct
    {
        nint ldc = plan.LeadingC;
        a += (nint)row * plan.RowStepA;
        b += (nint)column * plan.ColumnStepB;
        c += row * ldc + column;
        if (plan.Epilogue is not (int)MatMulEpilogue.None)
        {
            bias += column;
            extra += row * ldc + column;
        }
        if (plan.Beta is not (0 or 1)) Scale(c, ldc, rows, columns, plan.Beta);

        int blockColumns = (rows <= BlockRows ? FewRowsBlockPanels : BlockPanels) * TKernel.Columns;
        nint panelledRows = RoundUp(rows, TKernel.Rows);
        bool keepA = panelledRows * plan.K <= KeptA;
        nint lengthA = keepA ? panelledRows * plan.K : RoundUp(Math.Min(BlockRows, rows), TKernel.Rows) * BlockDepth;
        float* packedA = Scratch.Get(RoundUp(lengthA, 16) + blockColumns * BlockDepth), packedB = packedA + RoundUp(lengthA, 16);
        for (int column0 = 0; column0 < columns; column0 += blockColumns)
        {
            int columnCount = Math.Min(blockColumns, columns - column0);
            for (int k = 0; k < plan.K; k += BlockDepth)
            {
                int depth = Math.Min(BlockDepth, plan.K - k);
                bool accumulate = k > 0 || plan.Beta != 0;
                int epilogue = k + depth == plan.K ? plan.Epilogue : (int)MatMulEpilogue.None;
                Packing.Pack(b + (nint)column0 * plan.ColumnStepB + (nint)k * plan.DepthStepB, plan.ColumnStepB, plan.DepthStepB, columnCount, depth, TKernel.Columns, packedB);
                for (int row0 = 0; row0 < rows; row0 += BlockRows)
                {
                    int rowCount = Math.Min(BlockRows, rows - row0);
                    float* block = keepA ? packedA + panelledRows * k + (nint)row0 * depth : packedA;
                    if (!keepA || column0 == 0)
                    {
                        Packing.Pack(a + (nint)row0 * plan.RowStepA + (nint)k * plan.DepthStepA, plan.RowStepA, plan.DepthStepA, rowCount, depth, TKernel.Rows, block);
                    }
                    nint offset = row0 * ldc + column0;
                    Multiply<TKernel, S, V>(block, packedB, rowCount, columnCount, depth, c + offset, ldc, accumulate, epilogue, bias + column0, extra + offset);
                }
            }
        }
    }

    /// <summary>All register blocks of one packed block of A by one packed block of B.</summary>
    static void Multiply<TKernel, S, V>(
        float* a, float* b, nint rows, nint columns, nint depth, float* c, nint ldc, bool accumulate, int epilogue, float* bias, float* extra)
        where TKernel : struct, IMicroKernel where S : struct, ISimd<V> where V : struct
    {
        float* edge = stackalloc float[TKernel.Rows * TKernel.Columns];
        for (nint j = 0; j < columns; j += TKernel.Columns)
        {
            nint width = Math.Min(TKernel.Columns, columns - j);
            for (nint i = 0; i < rows; i += TKernel.Rows)
            {
                nint height = Math.Min(TKernel.Rows, rows - i), offset = i * ldc + j;
                if (width == TKernel.Columns && height == TKernel.Rows)
                {
                    TKernel.Run(a + i * depth, b + j * depth, depth, c + offset, ldc, accumulate);
                }
                else
                {
                    TKernel.Run(a + i * depth, b + j * depth, depth, edge, TKernel.Columns, accumulate: false);
                    CopyEdge(edge, TKernel.Columns, height, width, c + offset, ldc, accumulate);
                }
                if (epilogue != (int)MatMulEpilogue.None) CpuEpilogue.Apply<S, V>(epilogue, c + offset, bias + j, extra + offset, ldc, height, width);
            }
        }
    }

    static void CopyEdge(float* edge, nint lde, nint rows, nint columns, float* c, nint ldc, bool accumulate)
    {
        for (nint i = 0; i < rows; i++, c += ldc, edge += lde)
        {
            for (nint j = 0; j < columns; j++) c[j] = accumulate ? c[j] + edge[j] : edge[j];
        }
    }

    static void Scale(float* c, nint ldc, nint rows, nint columns, float factor)
    {
        for (nint i = 0; i < rows; i++, c += ldc)
        {
            for (nint j = 0; j < columns; j++) c[j] *= factor;
        }
    }

    static nint RoundUp(nint value, nint multiple) => (value + multiple - 1) / multiple * multiple;
}
