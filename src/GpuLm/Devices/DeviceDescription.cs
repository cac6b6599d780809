using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace GpuLm.Devices;

/// <summary>What each kind of device says of itself, in the words of <see cref="DeviceInfo"/>.</summary>
static class DeviceDescription
{
    public static DeviceInfo OfCpu() => new(
        DeviceKind.Cpu, 0, HostProcessor.Name(), $".NET {Environment.Version}", IsGpu: false, Environment.ProcessorCount,
        MaxGroupSize: 1, WarpSize: 1, SharedMemoryBytes: 0, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, CpuFeatures())
    {
        CacheBytes = HostCache.Bytes(), IsDivisible = true,
    };

    public static DeviceInfo Of(CLDevice device, int index)
    {
        var features = new List<string> { $"OpenCL C {device.CVersion}" };
        if (device.Capabilities.Float16) features.Add("fp16");
        if (device.Capabilities.Float64) features.Add("fp64");
        return new DeviceInfo(
            DeviceKind.OpenCL, index, device.Name.Trim(), $"{device.PlatformName} ({device.PlatformVersion})",
            device.DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_GPU), device.NumMultiprocessors, device.MaxNumThreadsPerGroup,
            device.WarpSize, device.MaxSharedMemoryPerGroup, device.MemorySize, features,
            device.DeviceVersion < CLDeviceVersion.CL20 ? $"it offers {device.DeviceVersion}; kernels need OpenCL 2.0 or later" : null)
        {
            CacheBytes = CLAPI.CurrentAPI.GetDeviceInfo<long>(device.DeviceId, CLDeviceInfoType.CL_DEVICE_GLOBAL_MEM_CACHE_SIZE),
            IsDivisible = OpenCLPartition.IsPossible(device),
        };
    }

    public static DeviceInfo Of(CudaDevice device, int index)
    {
        var features = new List<string>();
        if (device.Architecture is { } architecture) features.Add($"compute capability {architecture.Major}.{architecture.Minor}");
        if (device.InstructionSet is { } isa) features.Add($"PTX {isa.Major}.{isa.Minor}");
        return new DeviceInfo(
            DeviceKind.Cuda, index, device.Name.Trim(), $"CUDA driver {device.DriverVersion}", IsGpu: true, device.NumMultiprocessors,
            device.MaxNumThreadsPerGroup, device.WarpSize, device.MaxSharedMemoryPerGroup, device.MemorySize, features,
            device.Architecture is null ? "ILGPU does not know its architecture" : null)
        {
            CacheBytes = device.L2CacheSize, PciBusId = device.NVMLPCIBusId,
        };
    }

    static List<string> CpuFeatures()
    {
        int bits = Vector512.IsHardwareAccelerated ? 512
            : Vector256.IsHardwareAccelerated ? 256
            : Vector128.IsHardwareAccelerated ? 128 : 0;
        var features = new List<string> { bits == 0 ? "no vector instructions" : $"{bits}-bit vectors" };
        if (Avx512F.IsSupported) features.Add("AVX-512");
        if (Avx2.IsSupported) features.Add("AVX2");
        if (Fma.IsSupported) features.Add("FMA");
        if (AdvSimd.IsSupported) features.Add("Neon");
        return features;
    }
}
