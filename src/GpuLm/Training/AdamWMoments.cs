using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.Tensors;
using ILGPU;

namespace GpuLm.Training;

/// <summary>
/// AdamW's two moments of a model's parameters, in fp32 and in the parameters' layout. Both are zero before the first update.
/// </summary>
public sealed class AdamWMoments : IDisposable
{
    readonly ComputeDevice device;
    readonly Arena arena;

    internal AdamWMoments(ComputeDevice device, GptLayout layout)
    {
        this.device = device;
        arena = new Arena(device, RequiredBytes(layout), "moments");
        (First, Second) = (arena.View.SubView(0, layout.Length), arena.View.SubView(layout.Length, layout.Length));
    }

    internal long Bytes => arena.Bytes;

    internal ArrayView<float> First { get; }

    internal ArrayView<float> Second { get; }

    /// <summary>Bytes on the device.</summary>
    public static long RequiredBytes(GptLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return 2 * sizeof(float) * layout.Length;
    }

    /// <summary>Copies a parameter's first moment to the host.</summary>
    public float[] ReadFirst(ParameterSlot slot) => device.Read(Of(First, slot));

    /// <summary>Copies a parameter's second moment to the host.</summary>
    public float[] ReadSecond(ParameterSlot slot) => device.Read(Of(Second, slot));

    /// <summary>Overwrites a parameter's first moment.</summary>
    /// <exception cref="ArgumentException">There are more or fewer values than the parameter has.</exception>
    public void WriteFirst(ParameterSlot slot, ReadOnlySpan<float> values) => Write(First, slot, values);

    /// <summary>Overwrites a parameter's second moment.</summary>
    /// <exception cref="ArgumentException">There are more or fewer values than the parameter has.</exception>
    public void WriteSecond(ParameterSlot slot, ReadOnlySpan<float> values) => Write(Second, slot, values);

    /// <inheritdoc/>
    public void Dispose() => arena.Dispose();

    void Write(ArrayView<float> moment, ParameterSlot slot, ReadOnlySpan<float> values)
    {
        var target = Of(moment, slot);
        Guard.Require(values.Length == target.Length, $"{slot.Name} has {target.Length} elements, not {values.Length}.", nameof(values));
        device.Write(values, target);
    }

    static ArrayView<float> Of(ArrayView<float> moment, ParameterSlot slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        return moment.SubView(slot.Offset, slot.Length);
    }
}
