using System.Runtime.CompilerServices;
using GpuLm.Kernels.Primitives.Cpu;

namespace GpuLm.Kernels.Attention.Cpu;

/// <summary>
/// C (+)= A B for 12 rows of A, which is read in place: by rows (queries, weights) or by columns (transposed weights). Products here are
/// too short to pay for packing A into panels, as the matrix product does.
/// </summary>
static unsafe class TileProduct
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 12;

    /// <summary>Columns in a panel of B.</summary>
    public const int Panel = 32;

    /// <summary>Columns are a multiple of this: a vector of 512 bits.</summary>
    public const int ColumnStep = 16;

    /// <param name="a">12 rows of A.</param>
    /// <param name="b">B, with as many rows as <paramref name="depth"/>.</param>
    /// <param name="depth">Terms of each sum.</param>
    /// <param name="c">C, in rows of <paramref name="cStep"/>.</param>
    /// <param name="cStep">Elements from a row of C to the next.</param>
    /// <param name="columns">Columns of C, a multiple of <see cref="ColumnStep"/>.</param>
    /// <param name="accumulate">Whether the product is added to C.</param>
    public static void Multiply<S, V>(LeftOperand a, RightOperand b, nint depth, float* c, nint cStep, nint columns, bool accumulate)
        where S : struct, ISimd<V> where V : struct
    {
        float* panel = b.Start;
        for (nint j = 0; j < columns; j += Panel, panel += b.PanelStep, c += Panel)
        {
            nint width = Math.Min(Panel, columns - j);
            if (S.Width == 16)
            {
                if (width == Panel) Multiply12x2<S, V>(a, panel, b.Step, depth, c, cStep, accumulate);
                else Multiply12x1<S, V>(a, panel, b.Step, depth, c, cStep, accumulate);
                continue;
            }
            for (nint i = 0; i < Rows; i += 6)
            {
                for (nint x = 0; x < width; x += 2 * S.Width)
                {
                    Multiply6x2<S, V>(a.From(i), panel + x, b.Step, depth, c + i * cStep + x, cStep, accumulate);
                }
            }
        }
    }

    /// <summary>12 rows by 2 vectors, for machines with 32 vector registers: 24 accumulators.</summary>
    static void Multiply12x2<S, V>(LeftOperand left, float* b, nint bStep, nint depth, float* c, nint cStep, bool accumulate)
        where S : struct, ISimd<V> where V : struct
    {
        V c00 = S.Zero, c01 = S.Zero, c10 = S.Zero, c11 = S.Zero, c20 = S.Zero, c21 = S.Zero, c30 = S.Zero, c31 = S.Zero;
        V c40 = S.Zero, c41 = S.Zero, c50 = S.Zero, c51 = S.Zero, c60 = S.Zero, c61 = S.Zero, c70 = S.Zero, c71 = S.Zero;
        V c80 = S.Zero, c81 = S.Zero, c90 = S.Zero, c91 = S.Zero, ca0 = S.Zero, ca1 = S.Zero, cb0 = S.Zero, cb1 = S.Zero;
        // Four pointers and two steps reach all rows with addresses of one base and one index.
        nint rowStep = left.RowStep, rowStep2 = 2 * rowStep, depthStep = left.DepthStep;
        float* a = left.Start, a3 = a + 3 * rowStep, a6 = a + 6 * rowStep, a9 = a + 9 * rowStep;
        for (; depth > 0; depth--)
        {
            V b0 = S.Load(ref *b, 0), b1 = S.Load(ref *b, 16), x;
            x = S.Broadcast(a[0]); c00 = S.MultiplyAdd(x, b0, c00); c01 = S.MultiplyAdd(x, b1, c01);
            x = S.Broadcast(a[rowStep]); c10 = S.MultiplyAdd(x, b0, c10); c11 = S.MultiplyAdd(x, b1, c11);
            x = S.Broadcast(a[rowStep2]); c20 = S.MultiplyAdd(x, b0, c20); c21 = S.MultiplyAdd(x, b1, c21);
            x = S.Broadcast(a3[0]); c30 = S.MultiplyAdd(x, b0, c30); c31 = S.MultiplyAdd(x, b1, c31);
            x = S.Broadcast(a3[rowStep]); c40 = S.MultiplyAdd(x, b0, c40); c41 = S.MultiplyAdd(x, b1, c41);
            x = S.Broadcast(a3[rowStep2]); c50 = S.MultiplyAdd(x, b0, c50); c51 = S.MultiplyAdd(x, b1, c51);
            x = S.Broadcast(a6[0]); c60 = S.MultiplyAdd(x, b0, c60); c61 = S.MultiplyAdd(x, b1, c61);
            x = S.Broadcast(a6[rowStep]); c70 = S.MultiplyAdd(x, b0, c70); c71 = S.MultiplyAdd(x, b1, c71);
            x = S.Broadcast(a6[rowStep2]); c80 = S.MultiplyAdd(x, b0, c80); c81 = S.MultiplyAdd(x, b1, c81);
            x = S.Broadcast(a9[0]); c90 = S.MultiplyAdd(x, b0, c90); c91 = S.MultiplyAdd(x, b1, c91);
            x = S.Broadcast(a9[rowStep]); ca0 = S.MultiplyAdd(x, b0, ca0); ca1 = S.MultiplyAdd(x, b1, ca1);
            x = S.Broadcast(a9[rowStep2]); cb0 = S.MultiplyAdd(x, b0, cb0); cb1 = S.MultiplyAdd(x, b1, cb1);
            a += depthStep;
            a3 += depthStep;
            a6 += depthStep;
            a9 += depthStep;
            b += bStep;
        }
        Store<S, V>(c00, c01, c, accumulate); c += cStep;
        Store<S, V>(c10, c11, c, accumulate); c += cStep;
        Store<S, V>(c20, c21, c, accumulate); c += cStep;
        Store<S, V>(c30, c31, c, accumulate); c += cStep;
        Store<S, V>(c40, c41, c, accumulate); c += cStep;
        Store<S, V>(c50, c51, c, accumulate); c += cStep;
        Store<S, V>(c60, c61, c, accumulate); c += cStep;
        Store<S, V>(c70, c71, c, accumulate); c += cStep;
        Store<S, V>(c80, c81, c, accumulate); c += cStep;
        Store<S, V>(c90, c91, c, accumulate); c += cStep;
        Store<S, V>(ca0, ca1, c, accumulate); c += cStep;
        Store<S, V>(cb0, cb1, c, accumulate);
    }

    /// <summary>12 rows by 1 vector: the last half of a panel.</summary>
    static void Multiply12x1<S, V>(LeftOperand left, float* b, nint bStep, nint depth, float* c, nint cStep, bool accumulate)
        where S : struct, ISimd<V> where V : struct
    {
        V c0 = S.Zero, c1 = S.Zero, c2 = S.Zero, c3 = S.Zero, c4 = S.Zero, c5 = S.Zero;
        V c6 = S.Zero, c7 = S.Zero, c8 = S.Zero, c9 = S.Zero, ca = S.Zero, cb = S.Zero;
        nint rowStep = left.RowStep, rowStep2 = 2 * rowStep, depthStep = left.DepthStep;
        float* a = left.Start, a3 = a + 3 * rowStep, a6 = a + 6 * rowStep, a9 = a + 9 * rowStep;
        for (; depth > 0; depth--)
        {
            V x = S.Load(ref *b, 0);
            c0 = S.MultiplyAdd(S.Broadcast(a[0]), x, c0);
            c1 = S.MultiplyAdd(S.Broadcast(a[rowStep]), x, c1);
            c2 = S.MultiplyAdd(S.Broadcast(a[rowStep2]), x, c2);
            c3 = S.MultiplyAdd(S.Broadcast(a3[0]), x, c3);
            c4 = S.MultiplyAdd(S.Broadcast(a3[rowStep]), x, c4);
            c5 = S.MultiplyAdd(S.Broadcast(a3[rowStep2]), x, c5);
            c6 = S.MultiplyAdd(S.Broadcast(a6[0]), x, c6);
            c7 = S.MultiplyAdd(S.Broadcast(a6[rowStep]), x, c7);
            c8 = S.MultiplyAdd(S.Broadcast(a6[rowStep2]), x, c8);
            c9 = S.MultiplyAdd(S.Broadcast(a9[0]), x, c9);
            ca = S.MultiplyAdd(S.Broadcast(a9[rowStep]), x, ca);
            cb = S.MultiplyAdd(S.Broadcast(a9[rowStep2]), x, cb);
            a += depthStep;
            a3 += depthStep;
            a6 += depthStep;
            a9 += depthStep;
            b += bStep;
        }
        Store<S, V>(c0, c, accumulate); c += cStep;
        Store<S, V>(c1, c, accumulate); c += cStep;
        Store<S, V>(c2, c, accumulate); c += cStep;
        Store<S, V>(c3, c, accumulate); c += cStep;
        Store<S, V>(c4, c, accumulate); c += cStep;
        Store<S, V>(c5, c, accumulate); c += cStep;
        Store<S, V>(c6, c, accumulate); c += cStep;
        Store<S, V>(c7, c, accumulate); c += cStep;
        Store<S, V>(c8, c, accumulate); c += cStep;
        Store<S, V>(c9, c, accumulate); c += cStep;
        Store<S, V>(ca, c, accumulate); c += cStep;
        Store<S, V>(cb, c, accumulate);
    }

    /// <summary>6 rows by 2 vectors, for machines with 16 vector registers: 12 accumulators.</summary>
    static void Multiply6x2<S, V>(LeftOperand left, float* b, nint bStep, nint depth, float* c, nint cStep, bool accumulate)
        where S : struct, ISimd<V> where V : struct
    {
        V c00 = S.Zero, c01 = S.Zero, c10 = S.Zero, c11 = S.Zero, c20 = S.Zero, c21 = S.Zero;
        V c30 = S.Zero, c31 = S.Zero, c40 = S.Zero, c41 = S.Zero, c50 = S.Zero, c51 = S.Zero;
        nint rowStep = left.RowStep, rowStep2 = 2 * rowStep, depthStep = left.DepthStep;
        float* a = left.Start, a3 = a + 3 * rowStep;
        for (; depth > 0; depth--)
        {
            V b0 = S.Load(ref *b, 0), b1 = S.Load(ref *b, S.Width), x;
            x = S.Broadcast(a[0]); c00 = S.MultiplyAdd(x, b0, c00); c01 = S.MultiplyAdd(x, b1, c01);
            x = S.Broadcast(a[rowStep]); c10 = S.MultiplyAdd(x, b0, c10); c11 = S.MultiplyAdd(x, b1, c11);
            x = S.Broadcast(a[rowStep2]); c20 = S.MultiplyAdd(x, b0, c20); c21 = S.MultiplyAdd(x, b1, c21);
            x = S.Broadcast(a3[0]); c30 = S.MultiplyAdd(x, b0, c30); c31 = S.MultiplyAdd(x, b1, c31);
            x = S.Broadcast(a3[rowStep]); c40 = S.MultiplyAdd(x, b0, c40); c41 = S.MultiplyAdd(x, b1, c41);
            x = S.Broadcast(a3[rowStep2]); c50 = S.MultiplyAdd(x, b0, c50); c51 = S.MultiplyAdd(x, b1, c51);
            a += depthStep;
            a3 += depthStep;
            b += bStep;
        }
        Store<S, V>(c00, c01, c, accumulate); c += cStep;
        Store<S, V>(c10, c11, c, accumulate); c += cStep;
        Store<S, V>(c20, c21, c, accumulate); c += cStep;
        Store<S, V>(c30, c31, c, accumulate); c += cStep;
        Store<S, V>(c40, c41, c, accumulate); c += cStep;
        Store<S, V>(c50, c51, c, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store<S, V>(V left, V right, float* c, bool accumulate) where S : struct, ISimd<V> where V : struct
    {
        Store<S, V>(left, c, accumulate);
        Store<S, V>(right, c + S.Width, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store<S, V>(V value, float* c, bool accumulate) where S : struct, ISimd<V> where V : struct =>
        S.Store(accumulate ? S.Add(value, S.Load(ref *c, 0)) : value, ref *c, 0);
}
