using GpuLm.Kernels.Common;

namespace GpuLm.Benchmarks.Harness;

/// <summary>What of a device decides which cases there are: it can be asked for a device that is not there.</summary>
/// <param name="IsCpu">Whether kernels run on the host's cores.</param>
/// <param name="HasTensorCores">Whether it is a CUDA device with bf16, tf32 and tensor cores.</param>
/// <param name="Major">First part of a CUDA device's compute capability; 0 for others.</param>
/// <param name="CacheBytes">What its last cache holds.</param>
/// <param name="Probe">What the probes of its arithmetic work on.</param>
public sealed record Target(bool IsCpu, bool HasTensorCores, int Major, long CacheBytes, ProbeSizes Probe)
{
    /// <summary>Where the system does not tell: as much as the largest level-2 caches of GPUs. A smaller one does no harm.</summary>
    const long UnknownCacheBytes = 128L << 20;

    /// <summary>The target that a device is.</summary>
    public static Target Of(ComputeDevice device, long cacheBytes) => new(
        device.IsCpu, device.Cuda is { HasTensorCores: true }, device.Cuda?.Major ?? 0, cacheBytes > 0 ? cacheBytes : UnknownCacheBytes,
        ProbeSizes.Of(device));

    /// <summary>Whether the device has a kernel's instructions.</summary>
    public bool Runs(KernelEntry kernel) => kernel.Target == KernelTarget.AnyDevice || (HasTensorCores && kernel.RunsOn(Major));
}
