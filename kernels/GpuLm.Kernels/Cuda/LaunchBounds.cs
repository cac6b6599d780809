using System.Reflection;
using ILGPU.Runtime;

namespace GpuLm.Kernels.Cuda;

/// <summary>
/// What a kernel promises and asks of a launch on a GPU, as CUDA's <c>__launch_bounds__</c>: with it the assembler knows how many registers
/// a thread may have. Stands on a kernel, or comes from a kernel's type argument that is an <see cref="ILaunchShape"/>.
/// </summary>
/// <param name="threads">Threads of a group; a launch never has more.</param>
/// <param name="groups">Groups that should fit on a multiprocessor together.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LaunchBoundsAttribute(int threads, int groups = 1) : Attribute, ILaunchShape
{
    /// <inheritdoc/>
    public int Threads { get; } = threads;

    /// <inheritdoc/>
    public int GroupsPerMultiprocessor { get; } = groups;

    /// <summary>The bounds of a kernel for ILGPU; empty where it has none.</summary>
    public static KernelSpecialization Of(MethodInfo kernel) =>
        Shape(kernel) is { } shape ? new(shape.Threads, shape.GroupsPerMultiprocessor) : KernelSpecialization.Empty;

    static ILaunchShape? Shape(MethodInfo kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        if (kernel.GetCustomAttribute<LaunchBoundsAttribute>() is { } attribute) return attribute;
        var type = kernel.GetGenericArguments().FirstOrDefault(type => type.IsAssignableTo(typeof(ILaunchShape)));
        return type is null ? null : (ILaunchShape)Activator.CreateInstance(type)!;
    }
}

/// <summary>The size of a group, where the strategy or its parameters fix it.</summary>
public interface ILaunchShape
{
    /// <summary>Threads of a group; a launch never has more.</summary>
    int Threads { get; }

    /// <summary>Groups that should fit on a multiprocessor together.</summary>
    int GroupsPerMultiprocessor { get; }
}
