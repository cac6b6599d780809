using System.Globalization;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda;

namespace GpuLm.Kernels.MatMul.Cuda;

/// <summary>How one product is cut for tensor cores: a tile, and how many groups share the terms of each.</summary>
/// <param name="Config">The tile.</param>
/// <param name="Splits">Groups for each tile, 1 or more; each has whole stages of K.</param>
public readonly record struct TensorCoreCut(TensorCoreConfig Config, int Splits)
{
    const string Separator = " split ";

    /// <summary>As tuning keeps it: <c>128x128</c>, or <c>128x128 split 4</c>.</summary>
    public string Name => Splits == 1 ? Config.Name : string.Create(CultureInfo.InvariantCulture, $"{Config.Name}{Separator}{Splits}");

    /// <summary>The cut of a name.</summary>
    /// <exception cref="ArgumentException">There is no such tile, or the number of splits is none.</exception>
    public static TensorCoreCut Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Split(Separator) is not [var config, var count]) return new(TensorCoreConfigs.Find(name), 1);
        bool isNumber = int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int splits) && splits > 0;
        Guard.Require(isNumber, $"'{name}' does not end in a number of splits, as '128x128{Separator}4' does.", nameof(name));
        return new(TensorCoreConfigs.Find(config), splits);
    }

    /// <summary>Whether a device can make a product this way, every split having terms to add.</summary>
    /// <param name="device">The device.</param>
    /// <param name="shape">The product.</param>
    /// <param name="operands">How A and B are stored; fp32 operands are rounded to tf32.</param>
    public bool Suits(CudaTraits device, MatMulShape shape, NumberFormat operands) => Config.Fits(device) && Config.Makes(shape, operands)
        && (Splits == 1 || (shape.Batch <= 1 && (long)TensorCoreConfig.SplitDepth(shape.K, Splits, operands) * (Splits - 1) < shape.K));
}
