using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda;

namespace GpuLm.Models;

/// <summary>Which precisions a device and a model allow.</summary>
public static class PrecisionSupport
{
    /// <summary>The fastest precision that the device and the model allow: bf16, else tf32, else fp32.</summary>
    public static Precision Best(ComputeDevice device, GptConfig config)
    {
        ArgumentNullException.ThrowIfNull(device);
        Precision[] fastestFirst = [Precision.Bf16, Precision.Tf32, Precision.Fp32];
        return fastestFirst.First(precision => Obstacle(precision, device.Cuda, config) is null);
    }

    /// <summary>Returns a precision that was asked for.</summary>
    /// <exception cref="GpuLmException">The device or the model does not allow it; the message says what would.</exception>
    public static Precision Require(Precision precision, ComputeDevice device, GptConfig config)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (Obstacle(precision, device.Cuda, config) is { } obstacle) throw new GpuLmException($"{device}: {obstacle}");
        return precision;
    }

    /// <summary>Why a precision is impossible and what to do; null where it is possible.</summary>
    /// <param name="precision">The precision.</param>
    /// <param name="cuda">The CUDA device, or null for another device.</param>
    /// <param name="config">The model.</param>
    public static string? Obstacle(Precision precision, CudaTraits? cuda, GptConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        string name = NameOf(precision);
        if (precision == Precision.Fp32) return null;
        if (cuda is null) return $"{name} needs a CUDA device; use --precision fp32, or --device cuda where there is one.";
        if (!cuda.HasTensorCores)
        {
            return $"{name} needs compute capability 8.0 or later; {cuda.Name} has {cuda.Major}.{cuda.Minor}. Use --precision fp32.";
        }
        if (precision == Precision.Bf16 && config.HeadSize is not (64 or 128))
        {
            return $"bf16 needs heads of 64 or 128 channels; {config.Heads} heads of {config.Channels} channels have {config.HeadSize}. "
                + "Change --heads or --channels, or use --precision tf32.";
        }
        return null;
    }

    /// <summary>The word for it on the command line.</summary>
    public static string NameOf(Precision precision) => precision switch
    {
        Precision.Fp32 => "fp32",
        Precision.Tf32 => "tf32",
        Precision.Bf16 => "bf16",
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "There is no such precision."),
    };
}
