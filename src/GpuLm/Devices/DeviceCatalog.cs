using System.Reflection;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace GpuLm.Devices;

/// <summary>The devices of this machine: the CPU, then everything that an OpenCL or a CUDA driver offers.</summary>
/// <remarks>
/// Owns the ILGPU context, so it outlives every device that it opened. Looking opens no device and takes no device memory.
/// </remarks>
public sealed class DeviceCatalog : IDisposable
{
    static readonly PropertyInfo GenericAddressSpace =
        typeof(CLCapabilityContext).GetProperty(nameof(CLCapabilityContext.GenericAddressSpace))!;
    readonly Dictionary<DeviceInfo, Device?> devices = [];
    readonly List<CLDevice> parts = [];

    /// <summary>Looks which devices there are.</summary>
    public DeviceCatalog()
    {
        NativeLibraries.Register();
        Context = Context.Create(builder =>
            CudaCompiler.Configure(builder).OpenCL(AllowGenericAddressSpace).Cuda());
        PtxIntrinsics.Register(Context);
        Add(DeviceDescription.OfCpu(), null);
        foreach (var device in Context.GetCLDevices()) Add(DeviceDescription.Of(device, Count(DeviceKind.OpenCL)), device);
        foreach (var device in Context.GetCudaDevices()) Add(DeviceDescription.Of(device, Count(DeviceKind.Cuda)), device);
        Devices = [.. devices.Keys];
    }

    /// <summary>The ILGPU context that all devices of this catalog share.</summary>
    public Context Context { get; }

    /// <summary>All devices, usable or not, the CPU first.</summary>
    public IReadOnlyList<DeviceInfo> Devices { get; }

    /// <summary>The device that a user's choice names.</summary>
    /// <param name="selector">
    /// <c>cpu</c>, <c>opencl[:i]</c>, <c>cuda[:i]</c>, or <c>auto</c>: CUDA, else a GPU over OpenCL, else the CPU.
    /// </param>
    /// <exception cref="DeviceNotFoundException">
    /// There is no such device, or it cannot run kernels; nothing else is taken in its place.
    /// </exception>
    public DeviceInfo Select(string selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return DeviceSelector.Select(Devices, selector);
    }

    /// <summary>Opens a device of this catalog.</summary>
    /// <param name="info">One of <see cref="Devices"/>.</param>
    /// <param name="workers">
    /// Threads on the CPU, 0 for one for each logical processor; of other devices so many multiprocessors, 0 for all.
    /// </param>
    /// <returns>The device; the caller disposes it, before the catalog.</returns>
    /// <exception cref="DeviceNotFoundException">The device cannot run kernels, or not with so many multiprocessors.</exception>
    public ComputeDevice Open(DeviceInfo info, int workers = 0)
    {
        ArgumentNullException.ThrowIfNull(info);
        if (info.Obstacle is not null)
        {
            throw new DeviceNotFoundException($"The device '{info.Id}' ({info.Name}) cannot run kernels: {info.Obstacle}.");
        }
        return devices[info] is { } device
            ? new ComputeDevice(Part(info, device, workers).CreateAccelerator(Context))
            : ComputeDevice.CreateCpu(Context, workers);
    }

    /// <summary>Selects and opens a device: <see cref="Select"/>, then <see cref="Open(DeviceInfo, int)"/>.</summary>
    /// <exception cref="DeviceNotFoundException">There is no such device, or it cannot run kernels.</exception>
    public ComputeDevice Open(string selector, int workers = 0) => Open(Select(selector), workers);

    /// <inheritdoc/>
    public void Dispose()
    {
        parts.ForEach(OpenCLPartition.Release);
        Context.Dispose();
    }

    void Add(DeviceInfo info, Device? device) => devices.Add(info, device);

    /// <summary>The device, or a part of it with so many multiprocessors.</summary>
    Device Part(DeviceInfo info, Device device, int workers)
    {
        if (workers == 0 || workers == info.Multiprocessors) return device;
        if (workers < 0 || workers > info.Multiprocessors)
        {
            throw new DeviceNotFoundException(
                $"The device '{info.Id}' ({info.Name}) has {info.Multiprocessors} multiprocessors; {workers} cannot work.");
        }
        if (info.IsDivisible && device is CLDevice whole && OpenCLPartition.Take(whole, workers) is { } part)
        {
            parts.Add(part);
            AllowGenericAddressSpace(part);
            return part;
        }
        throw new DeviceNotFoundException(
            $"The device '{info.Id}' ({info.Name}) cannot be limited to {workers} of its {info.Multiprocessors} multiprocessors: its "
            + "driver offers no way that kernels of this library could take. Measure it as a whole.");
    }

    int Count(DeviceKind kind) => devices.Keys.Count(info => info.Kind == kind);

    /// <summary>
    /// ILGPU refuses devices without a generic address space, such as PoCL before version 4. Our kernels reach every pointer through a
    /// view whose address space ILGPU infers, so their source never mentions it.
    /// </summary>
    static bool AllowGenericAddressSpace(CLDevice device)
    {
        GenericAddressSpace.SetValue(device.Capabilities, true);
        return true;
    }
}
