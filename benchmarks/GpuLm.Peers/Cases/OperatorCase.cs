using System.Runtime.InteropServices;
using GpuLm.Bench.Peers;
using GpuLm.Kernels.Common;
using GpuLm.Peers.Torch;
using GpuLm.Reference;
using ILGPU;
using ILGPU.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace GpuLm.Peers.Cases;

using Tensor = TorchSharp.torch.Tensor;

/// <summary>A case of one operation: seeded numbers, evenly distributed in [-1, 1), that both sides hold.</summary>
abstract class OperatorCase(ComputeDevice device, string what, string shape) : IPeerCase
{
    const double UnitRoundoff = 1.0 / (1 << 24);
    readonly List<IDisposable> held = [];

    public string What => what;

    public string Shape => shape;

    public abstract double Flops { get; }

    public abstract double Bytes { get; }

    protected ComputeDevice Device => device;

    public abstract void Verify();

    public abstract void Torch();

    public abstract void Ours();

    public void Dispose()
    {
        foreach (var one in held) one.Dispose();
    }

    protected static float[] Numbers(ulong seed, long count) => new SeededNumbers(seed).Uniforms(count);

    protected ArrayView<float> Upload(float[] values) => Hold(device.Accelerator.Allocate1D(values)).View.AsContiguous();

    /// <summary>Memory for a result; NaN, so that what is not written is seen.</summary>
    protected ArrayView<float> Output(long count)
    {
        var values = new float[count];
        Array.Fill(values, float.NaN);
        return Upload(values);
    }

    /// <summary>A tensor of these sizes.</summary>
    protected Tensor Tensor(float[] values, params long[] sizes)
    {
        var tensor = Hold(empty(sizes));
        tensor.bytes = MemoryMarshal.AsBytes(values.AsSpan());
        return tensor;
    }

    protected T Hold<T>(T one) where T : IDisposable
    {
        held.Add(one);
        return one;
    }

    protected float[] Read(ArrayView<float> view)
    {
        var values = new float[view.Length];
        view.CopyToCPU(device.Stream, values);
        device.Synchronize();
        return values;
    }

    protected static float[] Read(Tensor tensor) => TorchGpt.Floats(tensor);

    /// <summary>Holds one value of each side to 4 u (sqrt(terms) + 1) of its terms' magnitude.</summary>
    protected void Require(string result, long index, float torch, float ours, double expected, double magnitude, double terms)
    {
        double limit = 4 * UnitRoundoff * (Math.Sqrt(terms) + 1) * magnitude + 1e-30;
        Side(PeerLabels.Torch, torch);
        Side(PeerLabels.GpuLm, ours);

        void Side(string side, float found)
        {
            if (Math.Abs(found - expected) <= limit) return;
            throw new WrongResultException(FormattableString.Invariant(
                $"{side}, {What} {Shape}: {result}[{index}] is {found}, not {expected} within {limit:g2}"));
        }
    }

    /// <summary>Holds a row of results, which begins at an index, to the oracle's.</summary>
    protected void Require(string result, long first, float[] torch, float[] ours, Oracle expected, double terms)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Require(result, first + i, torch[first + i], ours[first + i], expected.Value[i], expected.Magnitude[i], terms);
        }
    }
}
