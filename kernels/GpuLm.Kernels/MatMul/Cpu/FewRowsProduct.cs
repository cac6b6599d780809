using GpuLm.Kernels.Primitives.Cpu;

namespace GpuLm.Kernels.MatMul.Cpu;

/// <summary>
/// C = A B for so few rows of A that reading B is all the work: B, row-major, streams through once as it lies, some of its rows at a time,
/// and is not packed. Sums have the terms and the order of the packed product, so a row has the same bits however many rows there are.
/// </summary>
static unsafe class FewRowsProduct
{
    /// <summary>Beyond this, packing pays.</summary>
    public const int MaxRows = 8;

    /// <summary>Rows of B that are read side by side: as many sums stay in registers for a load and a store of C.</summary>
    const int Together = 8;

    /// <summary>Columns whose sums stay in the first-level cache.</summary>
    const int BlockColumns = 1024;

    /// <summary>Whether a worker's tile is one for this product.</summary>
    public static bool Takes<S, V>(in MatMulPlan plan, int rows, int columns) where S : struct, ISimd<V> where V : struct =>
        rows <= MaxRows && plan.ColumnStepB == 1 && columns >= S.Width;

    /// <summary>All operands begin at the tile; C is added to where beta is not 0. The epilogue is left to the caller.</summary>
    public static void Run<S, V>(float* a, float* b, in MatMulPlan plan, int rows, int columns, int blockDepth, float* c)
        where S : struct, ISimd<V> where V : struct
    {
        float* sums = Scratch.Get(MaxRows * BlockColumns + MaxRows * Together), factors = sums + MaxRows * BlockColumns;
        for (int k = 0; k < plan.K; k += blockDepth)
        {
            int depth = Math.Min(blockDepth, plan.K - k);
            bool accumulate = k > 0 || plan.Beta != 0;
            for (int column = 0; column < columns; column += BlockColumns)
            {
                // A block narrower than a vector begins earlier, and writes its own columns only.
                int end = Math.Min(columns, column + BlockColumns), start = Math.Min(column, end - S.Width);
                float* block = b + (nint)k * plan.DepthStepB + start;
                new Span<float>(sums, rows * BlockColumns).Clear();
                for (int done = 0; done < depth; done += Together)
                {
                    int together = Math.Min(Together, depth - done);
                    for (int row = 0; row < rows; row++)
                    {
                        float* from = a + (nint)row * plan.RowStepA + (nint)(k + done) * plan.DepthStepA;
                        for (int i = 0; i < together; i++) factors[row * Together + i] = from[i * plan.DepthStepA];
                    }
                    float* first = block + (nint)done * plan.DepthStepB;
                    if (together == Together) AddEight<S, V>(factors, first, plan.DepthStepB, rows, end - start, sums);
                    else AddEach<S, V>(factors, first, plan.DepthStepB, rows, end - start, together, sums);
                }
                for (int row = 0; row < rows; row++)
                {
                    Write<S, V>(sums + row * BlockColumns, column - start, end - start, accumulate, c + (nint)row * plan.LeadingC + start);
                }
            }
        }
    }

    /// <summary>sums (+)= factors times eight rows of B. The last vector ends with the columns, and has sums of its own.</summary>
    static void AddEight<S, V>(float* factors, float* b, nint step, int rows, int columns, float* sums)
        where S : struct, ISimd<V> where V : struct
    {
        nint step2 = 2 * step, step3 = 3 * step;
        for (nint j = 0; j < columns; j += S.Width)
        {
            float* at = b + Math.Min(j, columns - S.Width), far = at + 4 * step;
            V b0 = S.Load(ref *at, 0), b1 = S.Load(ref *at, step), b2 = S.Load(ref *at, step2), b3 = S.Load(ref *at, step3);
            V b4 = S.Load(ref *far, 0), b5 = S.Load(ref *far, step), b6 = S.Load(ref *far, step2), b7 = S.Load(ref *far, step3);
            float* f = factors, sum = sums + j;
            for (int row = 0; row < rows; row++, f += Together, sum += BlockColumns)
            {
                V x = S.Load(ref *sum, 0);
                x = S.MultiplyAdd(S.Broadcast(f[0]), b0, x);
                x = S.MultiplyAdd(S.Broadcast(f[1]), b1, x);
                x = S.MultiplyAdd(S.Broadcast(f[2]), b2, x);
                x = S.MultiplyAdd(S.Broadcast(f[3]), b3, x);
                x = S.MultiplyAdd(S.Broadcast(f[4]), b4, x);
                x = S.MultiplyAdd(S.Broadcast(f[5]), b5, x);
                x = S.MultiplyAdd(S.Broadcast(f[6]), b6, x);
                x = S.MultiplyAdd(S.Broadcast(f[7]), b7, x);
                S.Store(x, ref *sum, 0);
            }
        }
    }

    /// <summary>As <see cref="AddEight"/>, for the fewer rows of B that are left.</summary>
    static void AddEach<S, V>(float* factors, float* b, nint step, int rows, int columns, int together, float* sums)
        where S : struct, ISimd<V> where V : struct
    {
        for (nint j = 0; j < columns; j += S.Width)
        {
            float* at = b + Math.Min(j, columns - S.Width);
            for (int row = 0; row < rows; row++)
            {
                V x = S.Load(ref sums[row * BlockColumns], j);
                for (nint i = 0; i < together; i++)
                {
                    x = S.MultiplyAdd(S.Broadcast(factors[row * Together + i]), S.Load(ref *at, i * step), x);
                }
                S.Store(x, ref sums[row * BlockColumns], j);
            }
        }
    }

    /// <summary>Stores or adds the sums of the columns from <paramref name="first"/> on.</summary>
    static void Write<S, V>(float* sums, nint first, nint columns, bool accumulate, float* c) where S : struct, ISimd<V> where V : struct
    {
        nint j = first;
        if (first == 0)
        {
            for (; j <= columns - S.Width; j += S.Width)
            {
                V x = S.Load(ref *sums, j);
                S.Store(accumulate ? S.Add(x, S.Load(ref *c, j)) : x, ref *c, j);
            }
        }
        // Where the last vector is not a whole one, it holds the last columns and those before them.
        nint shift = (columns + S.Width - 1) / S.Width * S.Width - columns;
        for (; j < columns; j++) c[j] = accumulate ? sums[j + shift] + c[j] : sums[j + shift];
    }
}
