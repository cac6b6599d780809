using System.Text.RegularExpressions;
using GpuLm.Devices;

namespace GpuLm.Bench.Results;

/// <summary>The name of the folder that a machine's results lie in.</summary>
public static partial class DeviceSlug
{
    /// <summary>
    /// <c>amd-ryzen-9-7950x-32-cores</c> for a CPU with all its cores, <c>nvidia-h100-80gb-hbm3</c> for a GPU; OpenCL is told apart from
    /// CUDA, as the same device is another machine through it.
    /// </summary>
    public static string Of(RunEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var device = environment.Device;
        return device.Kind switch
        {
            DeviceKind.Cpu => $"{Slug(device.Name)}-{device.Multiprocessors}-cores",
            DeviceKind.OpenCL => $"{Slug(device.Name)}-opencl",
            _ => Slug(device.Name),
        };
    }

    static string Slug(string name) => Separators().Replace(Ornaments().Replace(name, " "), "-").Trim('-').ToLowerInvariant();

    /// <summary>Trade marks, the clock that Intel's names end with, and the cores that AMD's do.</summary>
    [GeneratedRegex(@"\((R|TM|C)\)|\bCPU\b|@.*$|\b\d+-Core Processor\b|\bProcessor\b", RegexOptions.IgnoreCase)]
    private static partial Regex Ornaments();

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex Separators();
}
