using GpuLm.Kernels.Common;
using GpuLm.Tensors;
using ILGPU;

namespace GpuLm.Models;

/// <summary>What a backward pass writes: the gradient of every parameter, in one arena of the model's layout, and what flows on the way.</summary>
public sealed class GptGradients : IDisposable
{
    readonly Arena arena, flow;

    /// <summary>Allocates gradients for up to B sequences of T tokens.</summary>
    /// <exception cref="GpuLmException">The device has not enough memory.</exception>
    public GptGradients(Gpt model, int batch, int length)
    {
        ArgumentNullException.ThrowIfNull(model);
        arena = new Arena(model.Device, model.Layout.Length, "gradients");
        Tensors = new GptTensors(model.Layout, arena.View);
        flow = new Arena(model.Device, FlowLength(model.Config, batch, length), "flowing gradients");
        Flow = new FlowTensors(model.Config, batch, length, new ArenaCutter(flow.View));
    }

    /// <summary>The gradients of the parameters.</summary>
    public GptTensors Tensors { get; }

    internal FlowTensors Flow { get; }

    /// <summary>Elements of what flows, besides the parameters' gradients.</summary>
    public static long FlowLength(GptConfig config, int batch, int length)
    {
        var counter = new ArenaCutter();
        _ = new FlowTensors(config, batch, length, counter);
        return counter.Length;
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
    public FlowTensors(GptConfig config, int batch, int length, ArenaCutter cutter)
    {
        ArgumentNullException.ThrowIfNull(config);
        long n = (long)batch * length, c = config.Channels;
        Residual = cutter.Take(n * c);
        Narrow = cutter.Take(n * c);
        Wide = cutter.Take(4 * n * c);
    }

    /// <summary>[N, C], of the residual stream.</summary>
    public ArrayView<float> Residual { get; }

    /// <summary>[N, C], of a norm's output, or of the heads' outputs.</summary>
    public ArrayView<float> Narrow { get; }

    /// <summary>[N, 4C], of the pre-activation, or [N, 3C] of queries, keys and values.</summary>
    public ArrayView<float> Wide { get; }
}
