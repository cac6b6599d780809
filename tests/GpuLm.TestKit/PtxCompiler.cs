using System.Reflection;
using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Primitives;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace GpuLm.TestKit;

/// <summary>Compiles kernels to PTX as a CUDA device would, on a machine without one.</summary>
public static class PtxCompiler
{
    static readonly PropertyInfo Target = typeof(CudaCapabilityContext).GetProperty(nameof(CudaCapabilityContext.TargetArchitecture))!;

    /// <summary>The PTX of a kernel, mended as <see cref="PtxSource"/> does before loading.</summary>
    /// <param name="kernel">An explicitly grouped kernel.</param>
    /// <param name="major">First part of the compute capability, 9 for sm_90.</param>
    /// <param name="minor">Second part.</param>
    public static string Compile(MethodInfo kernel, int major, int minor)
    {
        // A fresh context for each kernel: one that failed to compile may spoil the context for the next.
        TwoBodies.Register();
        using var context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2).EnableAlgorithms());
        var architecture = new CudaArchitecture(major, minor);
        var capabilities = new CudaCapabilityContext(architecture);
        Target.SetValue(capabilities, architecture);   // ILGPU 1.5.3 caps it at sm_80
        using var backend = new PTXBackend(context, capabilities, architecture, new CudaInstructionSet(8, 4), null);
        var compiled = backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), KernelSpecialization.Empty);
        PtxSource.Repair(compiled);
        return ((PTXCompiledKernel)compiled).PTXAssembly;
    }
}
