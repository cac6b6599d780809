using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.Cuda;

/// <summary>
/// Tensor maps in device memory, one for each operand that was ever asked for: a map depends on addresses and sizes alone, so it never
/// goes stale, and captured launches may go on reading it. A call with a new operand uploads and waits; a repeated one does neither.
/// </summary>
/// <param name="device">The device whose memory holds the maps.</param>
/// <param name="encoder">Writes them in the form that the device reads.</param>
sealed class TensorMaps(ComputeDevice device, ITensorMapEncoder encoder)
{
    const int MapsInBlock = 64, Alignment = 64;

    readonly Dictionary<TensorMapShape, ArrayView<TensorMap>> maps = [];
    ArrayView<TensorMap> free;

    /// <summary>A view of the one map of an operand.</summary>
    public ArrayView<TensorMap> Find(TensorMapShape shape)
    {
        if (maps.TryGetValue(shape, out var map)) return map;
        if (free.Length == 0) free = Block();
        (map, free) = (free.SubView(0, 1), free.SubView(1, free.Length - 1));
        device.Upload([encoder.Encode(shape)], map);
        maps.Add(shape, map);
        return map;
    }

    /// <summary>Memory for more maps, from a multiple of <see cref="Alignment"/> bytes on.</summary>
    ArrayView<TensorMap> Block()
    {
        var bytes = device.Accelerator.Allocate1D<byte>(MapsInBlock * Interop.SizeOf<TensorMap>() + Alignment).View.AsContiguous();
        long start = (Alignment - bytes.LoadEffectiveAddressAsPtr() % Alignment) % Alignment;
        return bytes.SubView(start, MapsInBlock * Interop.SizeOf<TensorMap>()).Cast<TensorMap>();
    }
}
