using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuLm.Kernels.Primitives.Cpu;

namespace GpuLm.Kernels.MatMul.Cpu;

/// <summary>The innermost product: a block of C held in registers, from one packed panel of A and one of B.</summary>
unsafe interface IMicroKernel
{
    /// <summary>Rows of the block; A's panel holds this many values for each k.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns of the block; B's panel holds this many values for each k.</summary>
    static abstract int Columns { get; }

    /// <summary>c[i ldc + j] (+)= sum over k of a[k Rows + i] b[k Columns + j].</summary>
    static abstract void Run(float* a, float* b, nint depth, float* c, nint ldc, bool accumulate);
}

/// <summary>12 rows by 2 vectors: 24 accumulators, for machines with 32 vector registers of 512 bits.</summary>
readonly unsafe struct MicroKernel12x2 : IMicroKernel
{
    public static int Rows => 12;

    public static int Columns => 32;

    public static void Run(float* a, float* b, nint depth, float* c, nint ldc, bool accumulate)
    {
        Vector512<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default,
            c31 = default;
        Vector512<float> c40 = default, c41 = default, c50 = default, c51 = default, c60 = default, c61 = default, c70 = default,
            c71 = default;
        Vector512<float> c80 = default, c81 = default, c90 = default, c91 = default, ca0 = default, ca1 = default, cb0 = default,
            cb1 = default;
        for (; depth > 0; depth--)
        {
            Vector512<float> b0 = Vector512.LoadAligned(b), b1 = Vector512.LoadAligned(b + 16), x;
            x = Vector512.Create(a[0]); c00 = Vector512.FusedMultiplyAdd(x, b0, c00); c01 = Vector512.FusedMultiplyAdd(x, b1, c01);
            x = Vector512.Create(a[1]); c10 = Vector512.FusedMultiplyAdd(x, b0, c10); c11 = Vector512.FusedMultiplyAdd(x, b1, c11);
            x = Vector512.Create(a[2]); c20 = Vector512.FusedMultiplyAdd(x, b0, c20); c21 = Vector512.FusedMultiplyAdd(x, b1, c21);
            x = Vector512.Create(a[3]); c30 = Vector512.FusedMultiplyAdd(x, b0, c30); c31 = Vector512.FusedMultiplyAdd(x, b1, c31);
            x = Vector512.Create(a[4]); c40 = Vector512.FusedMultiplyAdd(x, b0, c40); c41 = Vector512.FusedMultiplyAdd(x, b1, c41);
            x = Vector512.Create(a[5]); c50 = Vector512.FusedMultiplyAdd(x, b0, c50); c51 = Vector512.FusedMultiplyAdd(x, b1, c51);
            x = Vector512.Create(a[6]); c60 = Vector512.FusedMultiplyAdd(x, b0, c60); c61 = Vector512.FusedMultiplyAdd(x, b1, c61);
            x = Vector512.Create(a[7]); c70 = Vector512.FusedMultiplyAdd(x, b0, c70); c71 = Vector512.FusedMultiplyAdd(x, b1, c71);
            x = Vector512.Create(a[8]); c80 = Vector512.FusedMultiplyAdd(x, b0, c80); c81 = Vector512.FusedMultiplyAdd(x, b1, c81);
            x = Vector512.Create(a[9]); c90 = Vector512.FusedMultiplyAdd(x, b0, c90); c91 = Vector512.FusedMultiplyAdd(x, b1, c91);
            x = Vector512.Create(a[10]); ca0 = Vector512.FusedMultiplyAdd(x, b0, ca0); ca1 = Vector512.FusedMultiplyAdd(x, b1, ca1);
            x = Vector512.Create(a[11]); cb0 = Vector512.FusedMultiplyAdd(x, b0, cb0); cb1 = Vector512.FusedMultiplyAdd(x, b1, cb1);
            a += 12;
            b += 32;
        }
        Store(c00, c01, c, accumulate); c += ldc;
        Store(c10, c11, c, accumulate); c += ldc;
        Store(c20, c21, c, accumulate); c += ldc;
        Store(c30, c31, c, accumulate); c += ldc;
        Store(c40, c41, c, accumulate); c += ldc;
        Store(c50, c51, c, accumulate); c += ldc;
        Store(c60, c61, c, accumulate); c += ldc;
        Store(c70, c71, c, accumulate); c += ldc;
        Store(c80, c81, c, accumulate); c += ldc;
        Store(c90, c91, c, accumulate); c += ldc;
        Store(ca0, ca1, c, accumulate); c += ldc;
        Store(cb0, cb1, c, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(Vector512<float> left, Vector512<float> right, float* c, bool accumulate)
    {
        if (accumulate)
        {
            left += Vector512.Load(c);
            right += Vector512.Load(c + 16);
        }
        left.Store(c);
        right.Store(c + 16);
    }
}

/// <summary>4 rows by 2 vectors of 512 bits, for products of few rows: with panels of B as for 12 rows, and the same sums.</summary>
readonly unsafe struct MicroKernel4x2 : IMicroKernel
{
    public static int Rows => 4;

    public static int Columns => MicroKernel12x2.Columns;

    public static void Run(float* a, float* b, nint depth, float* c, nint ldc, bool accumulate)
    {
        Vector512<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default,
            c31 = default;
        for (; depth > 0; depth--)
        {
            Vector512<float> b0 = Vector512.LoadAligned(b), b1 = Vector512.LoadAligned(b + 16), x;
            x = Vector512.Create(a[0]); c00 = Vector512.FusedMultiplyAdd(x, b0, c00); c01 = Vector512.FusedMultiplyAdd(x, b1, c01);
            x = Vector512.Create(a[1]); c10 = Vector512.FusedMultiplyAdd(x, b0, c10); c11 = Vector512.FusedMultiplyAdd(x, b1, c11);
            x = Vector512.Create(a[2]); c20 = Vector512.FusedMultiplyAdd(x, b0, c20); c21 = Vector512.FusedMultiplyAdd(x, b1, c21);
            x = Vector512.Create(a[3]); c30 = Vector512.FusedMultiplyAdd(x, b0, c30); c31 = Vector512.FusedMultiplyAdd(x, b1, c31);
            a += 4;
            b += 32;
        }
        MicroKernel12x2.Store(c00, c01, c, accumulate); c += ldc;
        MicroKernel12x2.Store(c10, c11, c, accumulate); c += ldc;
        MicroKernel12x2.Store(c20, c21, c, accumulate); c += ldc;
        MicroKernel12x2.Store(c30, c31, c, accumulate);
    }
}

/// <summary>4 rows by 3 vectors: 12 accumulators, for machines with 16 vector registers.</summary>
readonly unsafe struct MicroKernel4x3<S, V> : IMicroKernel where S : struct, ISimd<V> where V : struct
{
    public static int Rows => 4;

    public static int Columns => 3 * S.Width;

    public static void Run(float* a, float* b, nint depth, float* c, nint ldc, bool accumulate)
    {
        V c00 = S.Zero, c01 = S.Zero, c02 = S.Zero, c10 = S.Zero, c11 = S.Zero, c12 = S.Zero;
        V c20 = S.Zero, c21 = S.Zero, c22 = S.Zero, c30 = S.Zero, c31 = S.Zero, c32 = S.Zero;
        for (; depth > 0; depth--)
        {
            V b0 = S.Load(ref *b, 0), b1 = S.Load(ref *b, S.Width), b2 = S.Load(ref *b, 2 * S.Width), x;
            x = S.Broadcast(a[0]); c00 = S.MultiplyAdd(x, b0, c00); c01 = S.MultiplyAdd(x, b1, c01); c02 = S.MultiplyAdd(x, b2, c02);
            x = S.Broadcast(a[1]); c10 = S.MultiplyAdd(x, b0, c10); c11 = S.MultiplyAdd(x, b1, c11); c12 = S.MultiplyAdd(x, b2, c12);
            x = S.Broadcast(a[2]); c20 = S.MultiplyAdd(x, b0, c20); c21 = S.MultiplyAdd(x, b1, c21); c22 = S.MultiplyAdd(x, b2, c22);
            x = S.Broadcast(a[3]); c30 = S.MultiplyAdd(x, b0, c30); c31 = S.MultiplyAdd(x, b1, c31); c32 = S.MultiplyAdd(x, b2, c32);
            a += 4;
            b += 3 * S.Width;
        }
        Store(c00, c01, c02, c, accumulate); c += ldc;
        Store(c10, c11, c12, c, accumulate); c += ldc;
        Store(c20, c21, c22, c, accumulate); c += ldc;
        Store(c30, c31, c32, c, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(V left, V middle, V right, float* c, bool accumulate)
    {
        if (accumulate)
        {
            left = S.Add(left, S.Load(ref *c, 0));
            middle = S.Add(middle, S.Load(ref *c, S.Width));
            right = S.Add(right, S.Load(ref *c, 2 * S.Width));
        }
        S.Store(left, ref *c, 0);
        S.Store(middle, ref *c, S.Width);
        S.Store(right, ref *c, 2 * S.Width);
    }
}
