using GpuLm.Kernels.Common;
using ILGPU;

namespace GpuLm.Kernels.Rotary;

/// <summary>The kernel of <see cref="Rotary"/>.</summary>
public static class RotaryKernels
{
    /// <summary>
    /// Rotates each head of row r by the angles of position r mod T; direction is 1 forward and -1 backward, the rotation being orthogonal.
    /// Rows are <paramref name="stride"/> elements apart in x and y. A group owns whole rows.
    /// </summary>
    public static void Rotate(
        ArrayView<float> x, ArrayView<float> cos, ArrayView<float> sin, int rows, int sequence, int heads, int headSize, int stride,
        float direction,
        ArrayView<float> y)
    {
        int end = Share.End(rows), half = headSize / 2;
        for (int row = Share.Start(rows); row < end; row++)
        {
            long angles = (long)(row % sequence) * half, at = (long)row * stride;
            RotaryRow.Rotate(
                x.SubView(at, heads * headSize), cos.SubView(angles, half), sin.SubView(angles, half), heads, headSize, direction,
                y.SubView(at, heads * headSize));
        }
    }

    /// <summary>Rows is B T, Columns is heads times head size.</summary>
    internal static IEnumerable<KernelEntry> Entries =>
    [
        new("Rotary.Rotate", "Rotary", "RowPerGroup", typeof(RotaryKernels).GetMethod(nameof(Rotate))!,
            s => 3 * s.Elements, s => sizeof(float) * 2 * s.Elements),
    ];
}
