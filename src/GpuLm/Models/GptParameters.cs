using GpuLm.Kernels.Common;
using GpuLm.Tensors;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Models;

/// <summary>
/// A model's parameters in memory. In fp32 and tf32 there is one fp32 arena. In bf16 the passes read matrices in bf16 and vectors in fp32;
/// the matrices' fp32 masters are kept beside them or not (<see cref="ModelFormat.MasterWeights"/>).
/// </summary>
public sealed class GptParameters : IDisposable
{
    readonly ComputeDevice device;
    readonly GptLayout layout;
    readonly Arena arena;

    internal GptParameters(ComputeDevice device, GptLayout layout, ModelFormat format)
    {
        (this.device, this.layout) = (device, layout);
        arena = new Arena(device, RequiredBytes(layout, format), "parameters");
        var cut = Cut(layout, format, new ArenaCutter(arena.View));
        (Masters, Vectors, Copies) = (cut.Masters, cut.Vectors, cut.Copies);
        Tensors = new GptTensors(layout, format.Numbers == NumberFormat.Bf16 ? Copies : Masters.SubView(0, layout.DecayLength), Vectors);
        HasMasters = !format.LacksMasters;
    }

    /// <summary>What the passes read.</summary>
    public GptTensors Tensors { get; }

    /// <summary>Whether the matrices exist in fp32.</summary>
    internal bool HasMasters { get; }

    /// <summary>All parameters in fp32, in the layout's order; empty without masters.</summary>
    internal ArrayView<float> Masters { get; }

    /// <summary>The parameters from the layout's DecayLength on.</summary>
    internal ArrayView<float> Vectors { get; }

    /// <summary>The matrices in bf16; empty where the passes read fp32.</summary>
    internal ArrayView<BFloat16> Copies { get; }

    internal long Bytes => arena.Bytes;

    /// <summary>Bytes on the device.</summary>
    public static long RequiredBytes(GptLayout layout, ModelFormat format)
    {
        var counter = new ArenaCutter();
        Cut(layout, format, counter);
        return counter.Bytes;
    }

    /// <inheritdoc/>
    public void Dispose() => arena.Dispose();

    internal float[] Read(ParameterSlot slot) => device.Read(
        HasMasters ? Masters.SubView(slot.Offset, slot.Length)
        : slot.Decays ? Copies.SubView(slot.Offset, slot.Length)
        : Vectors.SubView(slot.Offset - layout.DecayLength, slot.Length));

    internal void Write(ParameterSlot slot, ReadOnlySpan<float> values)
    {
        if (HasMasters) device.Write(values, Masters.SubView(slot.Offset, slot.Length));
        else if (!slot.Decays) device.Write(values, Vectors.SubView(slot.Offset - layout.DecayLength, slot.Length));
        if (slot.Decays && Copies.Length > 0) device.Write(values, Copies.SubView(slot.Offset, slot.Length));
    }

    static (ArrayView<float> Masters, ArrayView<float> Vectors, ArrayView<BFloat16> Copies) Cut(
        GptLayout layout, ModelFormat format, ArenaCutter cutter)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(format);
        long vectors = layout.Length - layout.DecayLength;
        if (format.LacksMasters) return (default, cutter.TakeFp32(vectors), cutter.TakeBf16(layout.DecayLength));
        var masters = cutter.TakeFp32(layout.Length);
        var copies = format.HasCopies ? cutter.TakeBf16(layout.DecayLength) : default;
        return (masters, masters.Length == 0 ? default : masters.SubView(layout.DecayLength, vectors), copies);
    }
}
