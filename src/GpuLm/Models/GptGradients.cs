using GpuLm.Kernels.Common;
using GpuLm.Tensors;
using ILGPU;

namespace GpuLm.Models;

/// <summary>
/// What a backward pass writes: the gradient of every parameter, fp32 in one arena of the model's layout, and what flows on the way.
/// </summary>
public sealed class GptGradients : IDisposable
{
    readonly Gpt model;
    readonly Arena arena, flow;

    /// <summary>Allocates gradients for up to B sequences of T tokens.</summary>
    /// <exception cref="GpuLmException">The device has not enough memory.</exception>
    public GptGradients(Gpt model, int batch, int length)
    {
        ArgumentNullException.ThrowIfNull(model);
        this.model = model;
        var layout = model.Layout;
        arena = new Arena(model.Device, layout.Length * sizeof(float), "gradients");
        Tensors = new GptTensors(
            layout, arena.View.SubView(0, layout.DecayLength), arena.View.SubView(layout.DecayLength, layout.Length - layout.DecayLength));
        flow = new Arena(model.Device, FlowBytes(model.Config, batch, length, model.Format), "flowing gradients");
        Flow = new FlowTensors(model.Config, batch, length, model.Format.Numbers, new ArenaCutter(flow.View));
    }

    /// <summary>All gradients of parameters, gaps for alignment included.</summary>
    public ArrayView<float> Arena => arena.View;

    /// <summary>The gradients of the parameters.</summary>
    public GptTensors Tensors { get; }

    internal FlowTensors Flow { get; }

    internal long Bytes => arena.Bytes + flow.Bytes;

    /// <summary>Bytes of what flows, besides the parameters' gradients.</summary>
    public static long FlowBytes(GptConfig config, int batch, int length, ModelFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        var counter = new ArenaCutter();
        _ = new FlowTensors(config, batch, length, format.Numbers, counter);
        return counter.Bytes;
    }

    /// <summary>Copies a parameter's gradient to the host.</summary>
    public float[] Read(ParameterSlot slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        var values = new float[slot.Length];
        model.Device.Download(Arena.SubView(slot.Offset, slot.Length), values);
        return values;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        arena.Dispose();
        flow.Dispose();
    }
}

/// <summary>Gradients of activations on their way down; all blocks share them.</summary>
sealed class FlowTensors
{
    public FlowTensors(GptConfig config, int batch, int length, NumberFormat format, ArenaCutter cutter)
    {
        ArgumentNullException.ThrowIfNull(config);
        long n = (long)batch * length, c = config.Channels;
        Residual = cutter.Take(format, n * c);
        Narrow = cutter.Take(format, n * c);
        Wide = cutter.Take(format, 4 * n * c);
    }

    /// <summary>[N, C], of the residual stream.</summary>
    public Tensor Residual { get; }

    /// <summary>[N, C], of a norm's output, or of the heads' outputs.</summary>
    public Tensor Narrow { get; }

    /// <summary>[N, 4C], of the pre-activation, or [N, 3C] of queries, keys and values.</summary>
    public Tensor Wide { get; }
}
