using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GpuLm.Kernels.Primitives.Cpu;

namespace GpuLm.Kernels.MatMul.Cpu;

/// <summary>
/// One worker's matrix product after Goto and van de Geijn ("Anatomy of High-Performance Matrix Multiplication", 2008): blocks of A stay
/// in the second-level cache, a panel of B in the first, a block of C in registers. Each worker packs what it needs itself, so that
/// workers never wait for each other.
/// </summary>
static unsafe class CpuMatMul
{
    const int CacheLine = 16;

    /// <summary>Values of k in a block: a panel of B (32 columns) takes 32 KB.</summary>
    const int BlockDepth = 256;

    /// <summary>
    /// Rows of A in a block, a multiple of every micro-kernel's rows: the block takes less than half of the second-level cache.
    /// </summary>
    const int BlockRows = 384;

    /// <summary>Panels of B packed at a time.</summary>
    const int BlockPanels = 24;

    /// <summary>
    /// The same where one block holds all rows of A: a panel is then used once, and should not leave the cache before it is.
    /// </summary>
    const int FewRowsBlockPanels = 4;

    /// <summary>A whole A of up to this many elements is packed once and kept for all columns.</summary>
    const int KeptA = 1 << 20;

    /// <summary>A worker's C of up to this many elements may be added to for every block of k.</summary>
    const int CachedC = 1 << 17;

    /// <summary>Rows and columns of the register block on this machine: tiles are cut at multiples of them.</summary>
    public static (int Rows, int Columns) Block =>
        Vector512.IsHardwareAccelerated ? (MicroKernel12x2.Rows, MicroKernel12x2.Columns)
        : Vector256.IsHardwareAccelerated ? (
            MicroKernel4x3<Simd256, Vector256<float>>.Rows, MicroKernel4x3<Simd256, Vector256<float>>.Columns)
        : (MicroKernel4x3<Simd128, Vector128<float>>.Rows, MicroKernel4x3<Simd128, Vector128<float>>.Columns);

    public static void Multiply(
        float* a, float* b, float* bias, float* extra, in MatMulPlan plan, int row, int rows, int column, int columns, float* c)
    {
        if (Vector512.IsHardwareAccelerated && rows <= FewRowsProduct.MaxRows)
        {
            Multiply<MicroKernel4x2, Simd512, Vector512<float>>(a, b, bias, extra, plan, row, rows, column, columns, c);
        }
        else if (Vector512.IsHardwareAccelerated)
        {
            Multiply<MicroKernel12x2, Simd512, Vector512<float>>(a, b, bias, extra, plan, row, rows, column, columns, c);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Multiply<MicroKernel4x3<Simd256, Vector256<float>>, Simd256, Vector256<float>>(
                a, b, bias, extra, plan, row, rows, column, columns, c);
        }
        else
        {
            Multiply<MicroKernel4x3<Simd128, Vector128<float>>, Simd128, Vector128<float>>(
                a, b, bias, extra, plan, row, rows, column, columns, c);
        }
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

        if (FewRowsProduct.Takes<S, V>(plan, rows, columns))
        {
            FewRowsProduct.Run<S, V>(a, b, plan, rows, columns, BlockDepth, c);
            CpuEpilogue.Apply<S, V>(plan.Epilogue, c, bias, extra, ldc, rows, columns);
            return;
        }
        var operands =
            new Operands<TKernel, S, V> { A = a, B = b, Bias = bias, Extra = extra, C = c, Plan = plan, Rows = rows, Columns = columns };
        if (rows <= BlockRows && (long)rows * columns <= CachedC) operands.MultiplyByDepth();
        else operands.MultiplyByColumns();
    }

    /// <summary>A worker's operands, each pointing at the first element of its tile.</summary>
    ref struct Operands<TKernel, S, V> where TKernel : struct, IMicroKernel where S : struct, ISimd<V> where V : struct
    {
        public float* A, B, Bias, Extra, C;
        public MatMulPlan Plan;
        public int Rows, Columns;

        /// <summary>
        /// Few rows and a C that stays in the cache: a block of all rows by some k is packed once, and so is B; C is added to in place.
        /// </summary>
        public readonly void MultiplyByDepth()
        {
            const int Panels = FewRowsBlockPanels;
            float* packedA = Scratch.Get(PanelledRows * BlockDepth + Panels * TKernel.Columns * BlockDepth),
                packedB = packedA + PanelledRows * BlockDepth;
            for (int k = 0; k < Plan.K; k += BlockDepth)
            {
                int depth = Math.Min(BlockDepth, Plan.K - k);
                PackA(0, Rows, k, depth, packedA);
                for (int column = 0; column < Columns; column += Panels * TKernel.Columns)
                {
                    int columns = Math.Min(Panels * TKernel.Columns, Columns - column);
                    PackB(column, columns, k, depth, packedB);
                    MultiplyBlock(packedA, packedB, 0, Rows, column, columns, k, depth);
                }
            }
        }

        /// <summary>Any size: C is finished some columns at a time; an A that is small enough is packed once for all of them.</summary>
        public readonly void MultiplyByColumns()
        {
            int blockColumns = (Rows <= BlockRows ? FewRowsBlockPanels : BlockPanels) * TKernel.Columns;
            bool keepA = PanelledRows * Plan.K <= KeptA;
            nint lengthA = RoundUp(keepA ? PanelledRows * Plan.K : RoundUp(Math.Min(BlockRows, Rows), TKernel.Rows) * BlockDepth, 16);
            float* packedA = Scratch.Get(lengthA + blockColumns * BlockDepth), packedB = packedA + lengthA;
            for (int column = 0; column < Columns; column += blockColumns)
            {
                int columns = Math.Min(blockColumns, Columns - column);
                for (int k = 0; k < Plan.K; k += BlockDepth)
                {
                    int depth = Math.Min(BlockDepth, Plan.K - k);
                    PackB(column, columns, k, depth, packedB);
                    for (int row = 0; row < Rows; row += BlockRows)
                    {
                        int rows = Math.Min(BlockRows, Rows - row);
                        float* block = keepA ? packedA + PanelledRows * k + (nint)row * depth : packedA;
                        if (!keepA || column == 0) PackA(row, rows, k, depth, block);
                        MultiplyBlock(block, packedB, row, rows, column, columns, k, depth);
                    }
                }
            }
        }

        readonly nint PanelledRows => RoundUp(Rows, TKernel.Rows);

        readonly void PackA(int row, int rows, int k, int depth, float* target) =>
            Packing.Pack(
                A + (nint)row * Plan.RowStepA + (nint)k * Plan.DepthStepA, Plan.RowStepA, Plan.DepthStepA, rows, depth, TKernel.Rows,
                target);

        readonly void PackB(int column, int columns, int k, int depth, float* target) =>
            Packing.Pack(
                B + (nint)column * Plan.ColumnStepB + (nint)k * Plan.DepthStepB, Plan.ColumnStepB, Plan.DepthStepB, columns, depth,
                TKernel.Columns, target);

        readonly void MultiplyBlock(float* packedA, float* packedB, int row, int rows, int column, int columns, int k, int depth)
        {
            bool accumulate = k > 0 || Plan.Beta != 0;
            int epilogue = k + depth == Plan.K ? Plan.Epilogue : (int)MatMulEpilogue.None;
            nint ldc = Plan.LeadingC, offset = row * ldc + column;
            Multiply<TKernel, S, V>(
                packedA, packedB, rows, columns, depth, C + offset, ldc, accumulate, epilogue, Bias + column, Extra + offset);
        }
    }

    /// <summary>All register blocks of one packed block of A by one packed block of B.</summary>
    static void Multiply<TKernel, S, V>(
        float* a, float* b, nint rows, nint columns, nint depth, float* c, nint ldc, bool accumulate, int epilogue, float* bias,
        float* extra)
        where TKernel : struct, IMicroKernel where S : struct, ISimd<V> where V : struct
    {
        float* edge = stackalloc float[TKernel.Rows * TKernel.Columns];
        for (nint j = 0; j < columns; j += TKernel.Columns)
        {
            nint width = Math.Min(TKernel.Columns, columns - j);
            for (nint i = 0; i < rows; i += TKernel.Rows)
            {
                nint height = Math.Min(TKernel.Rows, rows - i), offset = i * ldc + j;
                Prefetch(c + offset, ldc, height, width);
                if (CpuEpilogue.TouchesExtra(epilogue)) Prefetch(extra + offset, ldc, height, width);
                if (width == TKernel.Columns && height == TKernel.Rows)
                {
                    TKernel.Run(a + i * depth, b + j * depth, depth, c + offset, ldc, accumulate);
                }
                else
                {
                    TKernel.Run(a + i * depth, b + j * depth, depth, edge, TKernel.Columns, accumulate: false);
                    CopyEdge(edge, TKernel.Columns, height, width, c + offset, ldc, accumulate);
                }
                if (epilogue != (int)MatMulEpilogue.None)
                {
                    CpuEpilogue.Apply<S, V>(epilogue, c + offset, bias + j, extra + offset, ldc, height, width);
                }
            }
        }
    }

    /// <summary>Asks for a block's rows, which lie far apart, before the sums that they wait for: they arrive meanwhile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Prefetch(float* block, nint ld, nint rows, nint columns)
    {
        if (!Sse.IsSupported) return;
        for (nint i = 0; i < rows; i++, block += ld)
        {
            for (nint j = 0; j < columns; j += CacheLine) Sse.Prefetch0(block + j);
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
