using GpuLm.Kernels.Common;
using GpuLm.Tensors;

namespace GpuLm.Training;

/// <summary>Looks through tensors on the host, a piece at a time: a whole one may be larger than an array.</summary>
/// <param name="device">Where the tensors lie.</param>
sealed class TensorScan(ComputeDevice device)
{
    const long Piece = 1 << 22;

    /// <summary>The first value that is infinite or not a number.</summary>
    public (long Index, float Value)? FirstNonFinite(Tensor tensor)
    {
        for (long start = 0; start < tensor.Length; start += Piece)
        {
            float[] values = device.Read(tensor.SubView(start, Math.Min(Piece, tensor.Length - start)));
            if (FirstNonFinite(values) is { } found) return (start + found.Index, found.Value);
        }
        return null;
    }

    /// <summary>The first value that is infinite or not a number.</summary>
    public static (long Index, float Value)? FirstNonFinite(float[] values)
    {
        int index = Array.FindIndex(values, value => !float.IsFinite(value));
        return index < 0 ? null : (index, values[index]);
    }
}
