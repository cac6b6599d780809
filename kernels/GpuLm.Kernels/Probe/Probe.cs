using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;
using Floats = ILGPU.ArrayView<float>;

namespace GpuLm.Kernels.Probe;

/// <summary>Launches the probes: work of a known size that shows what a device can do at best.</summary>
/// <param name="device">The device.</param>
public sealed partial class Probe(ComputeDevice device)
{
    /// <summary>Groups for each multiprocessor of a GPU, so that every scheduler has warps to choose from.</summary>
    const int GroupsPerMultiprocessor = 16;

    readonly Action<AcceleratorStream, KernelConfig, float, float, int, Floats> multiplyAdd =
        device.Load<Action<AcceleratorStream, KernelConfig, float, float, int, Floats>>(ProbeKernels.MultiplyAdd);
    readonly Action<AcceleratorStream, KernelConfig, Floats, Floats, float, Floats> triad =
        device.Load<Action<AcceleratorStream, KernelConfig, Floats, Floats, float, Floats>>(ProbeKernels.Triad);

    readonly int groups = device.IsCpu ? device.Workers : device.Workers * GroupsPerMultiprocessor;
    readonly int valuesPerGroup = device.IsCpu ? ProbeWork.CpuValues : device.GroupSize * ProbeWorkOnDevice.Chains;

    /// <summary>Values that <see cref="MultiplyAdd"/> works on.</summary>
    public int Values => groups * valuesPerGroup;

    /// <summary>y[i] = factor y[i] + term, <paramref name="iterations"/> times: 2 <see cref="Values"/> iterations FLOP.</summary>
    /// <param name="factor">The factor.</param>
    /// <param name="term">The term.</param>
    /// <param name="iterations">A multiple of 4, or 0 for a launch that does nothing.</param>
    /// <param name="y">[<see cref="Values"/>]</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="y"/> is too short, or <paramref name="iterations"/> no multiple of 4.
    /// </exception>
    public void MultiplyAdd(float factor, float term, int iterations, Floats y)
    {
        Guard.Holds(y, Values);
        Guard.Require(
            iterations >= 0 && iterations % ProbeWorkOnDevice.Unrolled == 0,
            $"iterations must be a multiple of {ProbeWorkOnDevice.Unrolled}; it is {iterations}.", nameof(iterations));
        multiplyAdd(device.Stream, device.Exactly(groups, device.GroupSize), factor, term, iterations, y.SubView(0, Values));
    }

    /// <summary>y = a + factor b: moves 12 bytes an element, as STREAM counts them.</summary>
    /// <param name="a">[length]</param>
    /// <param name="b">[length]</param>
    /// <param name="factor">The factor.</param>
    /// <param name="length">Elements.</param>
    /// <param name="y">[length]</param>
    /// <exception cref="ArgumentException">A view is too short.</exception>
    public void Triad(Floats a, Floats b, float factor, int length, Floats y)
    {
        Guard.Positive(length);
        Guard.Holds(a, length);
        Guard.Holds(b, length);
        Guard.Holds(y, length);
        triad(device.Stream, device.Elements(length), a.SubView(0, length), b.SubView(0, length), factor, y.SubView(0, length));
    }
}
