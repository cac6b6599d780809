using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Tiles;
using ILGPU;

namespace GpuLm.Kernels.MatMul.Cuda;

/// <summary>
/// A tile of C, and the kernels that multiply it. Where <see cref="TensorCoreConfigs"/> lists it, tuning and the rule can choose it.
/// </summary>
/// <param name="name">Its name, as tuning keeps it.</param>
public abstract class TensorCoreConfig(string name)
{
    /// <summary>Its name, as tuning keeps it.</summary>
    public string Name { get; } = name;

    /// <summary>Rows of C in a group's tile.</summary>
    public abstract int Rows { get; }

    /// <summary>Columns of C in a group's tile.</summary>
    public abstract int Columns { get; }

    /// <summary>Threads of a group.</summary>
    public abstract int Threads { get; }

    /// <summary>Bytes of shared memory of a group.</summary>
    public abstract int SharedBytes { get; }

    /// <summary>Whether a device can run it.</summary>
    public virtual bool Fits(CudaTraits device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.HasTensorCores && SharedBytes <= device.SharedBytes && Threads <= device.MaxGroupSize;
    }

    /// <summary>Whether it can make a product of operands of a format.</summary>
    public abstract bool Makes(MatMulShape shape, NumberFormat operands);

    /// <summary>How its kernels lay the work out, as the catalog says.</summary>
    internal abstract string Strategy { get; }

    /// <summary>The devices that have its kernels' instructions.</summary>
    internal abstract KernelTarget Target { get; }

    /// <summary>Whether the rule may choose it; otherwise it is for tuning, which compares results before it takes one.</summary>
    internal virtual bool IsProved => true;

    /// <summary>Numbers that are read from shared memory for each term of K.</summary>
    internal abstract int SharedReads { get; }

    /// <summary>The kernel's method for operands of a layout and format; fp32 operands are rounded to tf32.</summary>
    internal abstract Delegate Kernel(bool transposeA, bool transposeB, NumberFormat operands);

    /// <summary>Launches the tiles of a product, and nothing of what may follow where K is split.</summary>
    internal abstract void Launch(
        ComputeDevice device, Tensor a, Tensor b, MatMulShape shape, ArrayView<float> bias, ArrayView<byte> extra, TensorCorePlan plan,
        ArrayView<float> partials, ArrayView<byte> c);

    /// <summary>Terms of K in a stage.</summary>
    internal static int Depth(NumberFormat operands) =>
        PanelTile.RowBytes / (operands == NumberFormat.Bf16 ? sizeof(ushort) : sizeof(float));

    /// <summary>Terms of K of each but the last split: whole stages, shared out evenly.</summary>
    internal static int SplitDepth(int k, int splits, NumberFormat operands)
    {
        int depth = Depth(operands);
        return ((k + splits - 1) / splits + depth - 1) / depth * depth;
    }
}
