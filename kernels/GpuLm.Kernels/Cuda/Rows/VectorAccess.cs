using System.Runtime.CompilerServices;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.Cuda.Rows;

/// <summary>Launches whose threads read and write 16 bytes at a time: eight bf16 or four fp32 numbers.</summary>
static class VectorAccess
{
    /// <summary>bf16 numbers in 16 bytes.</summary>
    public const int Eight = 8;

    /// <summary>fp32 numbers in 16 bytes.</summary>
    public const int Four = 4;

    /// <summary>Threads of a group whose threads work each for itself.</summary>
    public const int GroupSize = 256;

    /// <summary>Requires a device that rounds to bf16 and multiplies it.</summary>
    /// <exception cref="ArgumentException">It is no CUDA device, or one of compute capability 7.5 or less.</exception>
    public static ComputeDevice RequireBf16(ComputeDevice device)
    {
        Guard.Require(
            device.Cuda is { HasTensorCores: true },
            $"bf16 needs a CUDA device with compute capability 8.0 or later; this is {device}. Use fp32 there.", nameof(device));
        return device;
    }

    /// <summary>Requires a number of bf16 numbers that fills 16-byte accesses.</summary>
    /// <exception cref="ArgumentException">It is not a multiple of eight.</exception>
    public static void RequireEights(long count, [CallerArgumentExpression(nameof(count))] string? name = null) =>
        Guard.Require(count % Eight == 0, $"{name} is {count}; in bf16 it must be a multiple of {Eight}. Pad it.", name!);

    /// <summary>A view in 16-byte vectors.</summary>
    /// <exception cref="ArgumentException">It does not start at a multiple of 16 bytes.</exception>
    public static ArrayView<UInt4> Vectors(ArrayView<BFloat16> view, [CallerArgumentExpression(nameof(view))] string? name = null) =>
        Aligned(view, name).Cast<UInt4>();

    /// <inheritdoc cref="Vectors(ArrayView{BFloat16}, string)"/>
    public static ArrayView<Float4> Vectors(ArrayView<float> view, [CallerArgumentExpression(nameof(view))] string? name = null) =>
        Aligned(view, name).Cast<Float4>();

    /// <summary>Requires that a view starts at a multiple of 16 bytes.</summary>
    /// <exception cref="ArgumentException">It does not.</exception>
    public static ArrayView<T> Aligned<T>(ArrayView<T> view, [CallerArgumentExpression(nameof(view))] string? name = null)
        where T : unmanaged
    {
        Guard.Require(
            view.LoadEffectiveAddressAsPtr() % 16 == 0,
            $"{name} does not start at a multiple of 16 bytes. Cut it from its arena at a multiple of {16 / Unsafe.SizeOf<T>()} elements.",
            name!);
        return view;
    }

    /// <summary>A launch with a thread for each of <paramref name="items"/> items, see <see cref="Item"/>.</summary>
    public static KernelConfig ThreadEach(long items) => new((int)((items + GroupSize - 1) / GroupSize), GroupSize);

    /// <summary>Device code: the item of the running thread.</summary>
    public static long Item => (long)Grid.IdxX * Group.DimX + Group.IdxX;
}
