using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.Rotary;

/// <summary>
/// cos and sin of position p times base^(-2i / headSize), both [context, headSize / 2]. The host computes them in double: a device's own
/// sine is inexact for large angles.
/// </summary>
public sealed class RotaryTable : IDisposable
{
    readonly MemoryBuffer1D<float, Stride1D.Dense> cos, sin;

    /// <summary>Computes and uploads the table.</summary>
    /// <param name="device">The device.</param>
    /// <param name="context">Positions, 1 or more.</param>
    /// <param name="headSize">Channels of a head; even.</param>
    /// <param name="thetaBase">The base of the frequencies: 10,000 in the paper and in Llama 2, 500,000 in Llama 3.</param>
    /// <exception cref="ArgumentException">A size is not positive, or the head's size is odd.</exception>
    public RotaryTable(ComputeDevice device, int context, int headSize, double thetaBase = 10_000)
    {
        ArgumentNullException.ThrowIfNull(device);
        Guard.Positive(context);
        Guard.Positive(headSize);
        Guard.Require(headSize % 2 == 0, $"Rotary embedding pairs the channels of a head, so its size must be even; it is {headSize}.",
            nameof(headSize));
        (Context, HeadSize) = (context, headSize);
        int half = headSize / 2;
        float[] cosines = new float[context * half], sines = new float[context * half];
        for (int i = 0; i < cosines.Length; i++)
        {
            double angle = i / half * Math.Pow(thetaBase, -2.0 * (i % half) / headSize);
            (cosines[i], sines[i]) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
        }
        (cos, sin) = (device.Allocate<float>(cosines.Length), device.Allocate<float>(sines.Length));
        device.Upload<float>(cosines, Cos);
        device.Upload<float>(sines, Sin);
    }

    /// <summary>Positions.</summary>
    public int Context { get; }

    /// <summary>Channels of a head.</summary>
    public int HeadSize { get; }

    /// <summary>Cosines, [context, headSize / 2].</summary>
    public ArrayView<float> Cos => cos.View.AsContiguous();

    /// <summary>Sines, [context, headSize / 2].</summary>
    public ArrayView<float> Sin => sin.View.AsContiguous();

    /// <inheritdoc/>
    public void Dispose()
    {
        cos.Dispose();
        sin.Dispose();
    }
}
