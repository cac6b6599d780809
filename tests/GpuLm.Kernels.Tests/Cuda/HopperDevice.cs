using GpuLm.Kernels.Common;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>Devices with Hopper's own instructions.</summary>
static class HopperDevice
{
    /// <summary>A CUDA device; skips the running test where it is no Hopper.</summary>
    public static ComputeDevice Get(string name)
    {
        var device = TestDevices.Get(name);
        if (device.Cuda is not { IsHopper: true }) Assert.Skip($"{device} is no Hopper: it has neither wgmma nor bulk tensor copies.");
        return device;
    }
}
