using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.Cuda;

/// <summary>
/// Tensor maps in device memory, one for each operand that was ever asked for: a map depends on addresses and sizes alone, so it never
/// goes stale, and captured launches may go on reading it. A call with a new operand uploads its map; a repeated one does nothing.
/// </summary>
/// <param name="device">The device whose memory holds the maps.</param>
/// <param name="encoder">Writes them in the form that the device reads.</param>
sealed class TensorMaps(ComputeDevice device, ITensorMapEncoder encoder)
{
    const int MapsInBlock = 64, Alignment = 64;

    readonly Dictionary<TensorMapShape, ArrayView<TensorMapPart>> maps = [];
    ArrayView<TensorMapPart> block;
    int used = MapsInBlock;

    /// <summary>The one map of an operand.</summary>
    public ArrayView<TensorMapPart> Find(TensorMapShape shape)
    {
        if (maps.TryGetValue(shape, out var map)) return map;
        if (used == MapsInBlock) (block, used) = (Block(), 0);
        map = block.SubView(used++ * TensorMap.Parts, TensorMap.Parts);
        device.Upload(MemoryMarshal.Cast<TensorMap, TensorMapPart>([encoder.Encode(shape)]), map);
        maps.Add(shape, map);
        return map;
    }

    /// <summary>Memory for more maps, from a multiple of <see cref="Alignment"/> bytes on.</summary>
    ArrayView<TensorMapPart> Block()
    {
        const int parts = MapsInBlock * TensorMap.Parts;
        int partBytes = Unsafe.SizeOf<TensorMapPart>();
        var memory = device.Accelerator.Allocate1D<TensorMapPart>(parts + Alignment / partBytes).View.AsContiguous();
        long start = (Alignment - memory.LoadEffectiveAddressAsPtr() % Alignment) % Alignment / partBytes;
        return memory.SubView(start, parts);
    }
}
