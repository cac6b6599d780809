using System.Reflection;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Runtime;

namespace GpuLm.Kernels.Common;

/// <summary>How a kernel's method becomes something to launch. Devices differ in this alone.</summary>
public interface IKernelLoader
{
    /// <summary>The launcher of an explicitly grouped kernel.</summary>
    /// <typeparam name="TLauncher"><c>Action&lt;AcceleratorStream, KernelConfig, (the kernel's parameters)&gt;</c>.</typeparam>
    TLauncher Load<TLauncher>(MethodInfo kernel) where TLauncher : Delegate;
}

/// <summary>Compiles with the back end of an accelerator, mends what the back end gets wrong, and loads.</summary>
/// <param name="accelerator">A CPU or OpenCL accelerator.</param>
sealed class AcceleratorLoader(Accelerator accelerator) : IKernelLoader
{
    public TLauncher Load<TLauncher>(MethodInfo kernel) where TLauncher : Delegate
    {
        var entryPoint = EntryPointDescription.FromExplicitlyGroupedKernel(kernel);
        CodeOrder.Keep(accelerator.GetBackend());
        CompiledKernel compiled = accelerator.GetBackend().Compile(entryPoint, KernelSpecialization.Empty);
        OpenCL.OpenCLSource.Repair(compiled);
        return accelerator.LoadKernel(compiled).CreateLauncherDelegate<TLauncher>();
    }
}
