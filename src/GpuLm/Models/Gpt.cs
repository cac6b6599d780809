using GpuLm.Kernels.Common;

namespace GpuLm.Models;

/// <summary>
/// A GPT-2 (Radford et al. 2019): token and position embeddings, blocks of pre-norm attention and MLP with the tanh GELU, a final norm,
/// and an output layer that shares the token embedding. This holds the parameters; <see cref="GptForward"/> and
/// <see cref="GptBackward"/> spell out what is computed.
/// </summary>
public sealed class Gpt : IDisposable
{
    /// <summary>Allocates a model and initialises its parameters.</summary>
    /// <param name="device">Where it lives; the caller disposes it after the model.</param>
    /// <param name="config">Its shape.</param>
    /// <param name="seed">Seeds the initialisation; null leaves all parameters zero, for a caller who loads them.</param>
    /// <param name="format">Its numbers; null means fp32.</param>
    /// <exception cref="ArgumentException">The configuration describes no model.</exception>
    /// <exception cref="GpuLmException">The device has not enough memory, or does not allow the precision.</exception>
    public Gpt(ComputeDevice device, GptConfig config, ulong? seed, ModelFormat? format = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        Layout = new GptLayout(config);
        Device = device;
        Format = format ?? ModelFormat.Fp32;
        PrecisionSupport.Require(Format.Precision, device, config);
        Kernels = new GptKernels(device, Format.Precision);
        Parameters = new GptParameters(device, Layout, Format);
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

    /// <summary>The model's numbers.</summary>
    public ModelFormat Format { get; }

    /// <summary>Where each parameter lies.</summary>
    public GptLayout Layout { get; }

    /// <summary>The parameters.</summary>
    public GptParameters Parameters { get; }

    internal GptTensors Tensors => Parameters.Tensors;

    internal GptKernels Kernels { get; }

    /// <summary>Copies a parameter to the host: its fp32 master, or the bf16 number where there is no master.</summary>
    public float[] ReadParameters(ParameterSlot slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        return Parameters.Read(slot);
    }

    /// <summary>Copies a parameter from the host; what is kept in bf16 is rounded to nearest.</summary>
    /// <exception cref="ArgumentException">There are more or fewer values than the parameter has.</exception>
    public void WriteParameters(ParameterSlot slot, ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(slot);
        Guard.Require(values.Length == slot.Length, $"{slot.Name} has {slot.Length} elements, not {values.Length}.", nameof(values));
        Parameters.Write(slot, values);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Parameters.Dispose();
        Kernels.Dispose();
    }
}
