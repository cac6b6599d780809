using System.Reflection;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Primitives;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace GpuLm.Kernels.Cuda;

/// <summary>Compiles kernels to PTX for an architecture. Needs neither a GPU nor a driver.</summary>
public static class CudaCompiler
{
    /// <summary>The newest target that PTX 8.4 knows; later GPUs run it too, for their driver compiles it for them.</summary>
    static readonly CudaArchitecture NewestTarget = new(9, 0);

    static readonly PropertyInfo Target = typeof(CudaCapabilityContext).GetProperty(nameof(CudaCapabilityContext.TargetArchitecture))!;

    /// <summary>The PTX version that the kernels are written for (ISA 8.4 of CUDA 12.4): drivers from 550 on read it.</summary>
    public static CudaInstructionSet InstructionSet { get; } = new(8, 4);

    /// <summary>What every context that compiles for CUDA needs besides its devices.</summary>
    public static Context.Builder Configure(Context.Builder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Optimize(OptimizationLevel.O2).EnableAlgorithms();
    }

    /// <summary>
    /// A back end that writes the PTX which the tests assemble, whatever the device and its driver know besides. ILGPU 1.5.3 stops at sm_80 as
    /// a target; this lifts it to what the device is, or to <see cref="NewestTarget"/>.
    /// </summary>
    /// <param name="context">A context made with <see cref="Configure"/>.</param>
    /// <param name="device">The device's architecture.</param>
    /// <param name="driver">The newest PTX version that the driver reads; null for any.</param>
    public static PTXBackend CreateBackend(Context context, CudaArchitecture device, CudaInstructionSet? driver = null)
    {
        var target = device < NewestTarget ? device : NewestTarget;
        var capabilities = new CudaCapabilityContext(target);
        Target.SetValue(capabilities, target);
        return new PTXBackend(context, capabilities, target, driver < InstructionSet ? driver.Value : InstructionSet, null);
    }

    /// <summary>The mended PTX of a kernel.</summary>
    /// <param name="kernel">An explicitly grouped kernel.</param>
    /// <param name="major">First part of the compute capability, 9 for sm_90.</param>
    /// <param name="minor">Second part.</param>
    public static string Compile(MethodInfo kernel, int major, int minor)
    {
        // A fresh context for each kernel: one that failed to compile may spoil the context for the next.
        TwoBodies.Register();
        using var context = Context.Create(builder => Configure(builder));
        Intrinsics.PtxIntrinsics.Register(context);
        using var backend = CreateBackend(context, new CudaArchitecture(major, minor));
        return Compile(backend, kernel).PTXAssembly;
    }

    /// <summary>A kernel compiled by a back end, and mended.</summary>
    public static PTXCompiledKernel Compile(PTXBackend backend, MethodInfo kernel)
    {
        ArgumentNullException.ThrowIfNull(backend);
        CodeOrder.Keep(backend);
        var compiled = (PTXCompiledKernel)backend.Compile(
            EntryPointDescription.FromExplicitlyGroupedKernel(kernel), LaunchBoundsAttribute.Of(kernel));
        PtxSource.Repair(compiled);
        return compiled;
    }
}
