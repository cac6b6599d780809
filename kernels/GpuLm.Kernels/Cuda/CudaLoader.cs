using System.Reflection;
using GpuLm.Kernels.Common;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace GpuLm.Kernels.Cuda;

/// <summary>Compile, patch, load: how a kernel's method gets onto an NVIDIA GPU. Nothing outside this folder knows about PTX.</summary>
sealed class CudaLoader : IKernelLoader, ITensorMapEncoder
{
    readonly CudaAccelerator accelerator;
    readonly CudaTraits traits;
    readonly PtxCache cache;

    CudaLoader(CudaAccelerator accelerator, CudaTraits traits)
    {
        (this.accelerator, this.traits) = (accelerator, traits);
        cache = new PtxCache($"{traits.Name} {traits.Architecture} driver {accelerator.DriverVersion} PTX {CudaCompiler.InstructionSet}");
    }

    /// <summary>Prepares a CUDA accelerator whose context knows the intrinsics.</summary>
    public static (CudaLoader Loader, CudaTraits Traits) Open(Accelerator anyAccelerator)
    {
        var accelerator = (CudaAccelerator)anyAccelerator;
        var architecture = accelerator.Architecture;
        var traits = new CudaTraits(
            architecture.Major, architecture.Minor, accelerator.NumMultiprocessors, accelerator.MaxNumThreadsPerGroup,
            CudaDriver.MaxSharedBytes(accelerator.DeviceId), accelerator.Name.Trim());
        return (new CudaLoader(accelerator, traits), traits);
    }

    /// <summary>
    /// A stream that can be captured into a graph, as the default stream cannot, and that still waits for it: ILGPU's allocations with data
    /// copy on the default stream.
    /// </summary>
    public static AcceleratorStream CreateStream(Accelerator accelerator) =>
        ((CudaAccelerator)accelerator).CreateStream(StreamFlags.CU_STREAM_DEFAULT);

    /// <inheritdoc/>
    /// <exception cref="CudaKernelException">The driver refuses the kernel; the message has its words.</exception>
    public TLauncher Load<TLauncher>(MethodInfo kernel) where TLauncher : Delegate
    {
        var compiled = cache.Find(accelerator.Context, kernel) ?? Compile(kernel);
        var loaded = (CudaKernel)LoadOrExplain(compiled);
        var shared = PtxSource.SharedMemory(compiled.PTXAssembly);
        if (shared.HasDynamicMemory) CudaDriver.AllowDynamicShared(loaded.FunctionPtr, traits.SharedBytes - shared.StaticSize);
        return loaded.CreateLauncherDelegate<TLauncher>();
    }

    /// <inheritdoc/>
    public TensorMap Encode(TensorMapShape shape)
    {
        accelerator.Bind();
        return CudaDriver.EncodeTensorMap(shape);
    }

    PTXCompiledKernel Compile(MethodInfo kernel)
    {
        using var backend = CudaCompiler.CreateBackend(accelerator.Context, accelerator.Architecture, accelerator.Device.InstructionSet);
        var compiled = CudaCompiler.Compile(backend, kernel);
        cache.Keep(kernel, compiled);
        return compiled;
    }

    /// <summary>ILGPU drops what the driver says of a kernel that it refuses; asking the driver again brings it to light.</summary>
    Kernel LoadOrExplain(PTXCompiledKernel compiled)
    {
        try
        {
            return accelerator.LoadKernel(compiled);
        }
        catch (CudaException)
        {
            accelerator.Bind();
            var error = CudaAPI.CurrentAPI.LoadModule(out nint module, compiled.PTXAssembly, out string? log);
            if (error == CudaError.CUDA_SUCCESS) CudaAPI.CurrentAPI.DestroyModule(module);
            throw new CudaKernelException($"The driver refuses the kernel {compiled.Name} for {traits.Architecture}: {error}. {log?.TrimEnd('\0', '\n')}");
        }
    }
}
