using GpuLm.Kernels.Common;
using GpuLm.Tensors;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Models;

/// <summary>
/// A GPT-2 (Radford et al. 2019): token and position embeddings, blocks of pre-norm attention and MLP with the tanh GELU, a final norm,
/// and an output layer that shares the token embedding. This holds the parameters; <see cref="GptForward"/> and
/// <see cref="GptBackward"/> spell out what is computed.
/// </summary>
public sealed class Gpt : IDisposable
{
    readonly Arena arena;

    /// <summary>Allocates a model and initialises its parameters.</summary>
    /// <param name="device">Where it lives; the caller disposes it after the model.</param>
    /// <param name="config">Its shape.</param>
    /// <param name="seed">Seeds the initialisation; null leaves all parameters zero, for a caller who loads them.</param>
    /// <exception cref="ArgumentException">The configuration describes no model.</exception>
    /// <exception cref="GpuLmException">The device has not enough memory.</exception>
    public Gpt(ComputeDevice device, GptConfig config, ulong? seed)
    {
        ArgumentNullException.ThrowIfNull(device);
        Layout = new GptLayout(config);
        Device = device;
        Kernels = new GptKernels(device);
        arena = new Arena(device, Layout.Length, "parameters");
        Parameters = new GptTensors(Layout, arena.View);
        if (seed is null) return;
        foreach (var slot in Layout.Slots)
        {
            var values = new float[slot.Length];
            GptInitialization.Fill(config, slot, seed.Value, values);
            WriteParameters(slot, values);
        }
    }

    /// <summary>Where the model lives.</summary>
    public ComputeDevice Device { get; }

    /// <summary>The model's shape.</summary>
    public GptConfig Config => Layout.Config;

    /// <summary>Where each parameter lies.</summary>
    public GptLayout Layout { get; }

    /// <summary>The parameters.</summary>
    public GptTensors Parameters { get; }

    internal GptKernels Kernels { get; }

    /// <summary>Copies a parameter to the host.</summary>
    public float[] ReadParameters(ParameterSlot slot) => Read(Parameters, slot);

    /// <summary>Copies a parameter from the host.</summary>
    /// <exception cref="ArgumentException">There are more or fewer values than the parameter has.</exception>
    public void WriteParameters(ParameterSlot slot, ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(slot);
        Guard.Require(values.Length == slot.Length, $"{slot.Name} has {slot.Length} elements, not {values.Length}.", nameof(values));
        Parameters.Arena.SubView(slot.Offset, slot.Length).CopyFromCPU(Device.Stream, values);
        Device.Synchronize();
    }

    /// <summary>Copies one tensor of an arena in this model's layout to the host.</summary>
    internal float[] Read(GptTensors tensors, ParameterSlot slot)
    {
        var values = new float[slot.Length];
        tensors.Arena.SubView(slot.Offset, slot.Length).CopyToCPU(Device.Stream, values);
        Device.Synchronize();
        return values;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kernels.Dispose();
        arena.Dispose();
    }
}
