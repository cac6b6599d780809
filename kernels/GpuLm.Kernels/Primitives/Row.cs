using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU;

namespace GpuLm.Kernels.Primitives;

/// <summary>
/// What a group does with a row (a contiguous run of floats) that it owns. These are the CPU bodies: one thread, vector code.
/// </summary>
[DeviceBodies(typeof(RowOnDevice))]
public static class Row
{
    /// <summary>The memory behind a view, as a span. For CPU bodies only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Span<float> Span(ArrayView<float> view) => view.Length == 0 ? [] : MemoryMarshal.CreateSpan(ref view[0], (int)view.Length);

    /// <summary>max_i x[i]; every thread of the group gets it.</summary>
    public static float Max(ArrayView<float> x) => TensorPrimitives.Max<float>(Span(x));

    /// <summary>sum_i x[i]; every thread of the group gets it.</summary>
    public static float Sum(ArrayView<float> x) => TensorPrimitives.Sum<float>(Span(x));

    /// <summary>sum_i x[i] y[i]; every thread of the group gets it.</summary>
    public static float Dot(ArrayView<float> x, ArrayView<float> y) => TensorPrimitives.Dot<float>(Span(x), Span(y));

    /// <summary>y = factor x; <paramref name="y"/> may be <paramref name="x"/>.</summary>
    public static void Scale(ArrayView<float> x, float factor, ArrayView<float> y) => TensorPrimitives.Multiply(Span(x), factor, Span(y));

    /// <summary>y = a + b; <paramref name="y"/> may be either.</summary>
    public static void Add(ArrayView<float> a, ArrayView<float> b, ArrayView<float> y) => TensorPrimitives.Add(Span(a), Span(b), Span(y));

    /// <summary>y = value.</summary>
    public static void Fill(ArrayView<float> y, float value) => Span(y).Fill(value);

    /// <summary>y[index] = value, written once for the whole group.</summary>
    public static void Set(ArrayView<float> y, int index, float value) => y[index] = value;
}
