using System.Globalization;

namespace GpuLm.Devices;

/// <summary>Which device a user wants: <c>auto</c>, <c>cpu</c>, <c>opencl[:i]</c> or <c>cuda[:i]</c>.</summary>
static class DeviceSelector
{
    public const string Forms = "auto, cpu, opencl, opencl:INDEX, cuda, cuda:INDEX";

    /// <summary>
    /// Picks from <paramref name="devices"/>. <c>auto</c> takes CUDA, else a GPU over OpenCL, else the CPU; it never takes a CPU that is
    /// offered over OpenCL, which is slower than the CPU itself. Anything else is taken literally or is an error.
    /// </summary>
    public static DeviceInfo Select(IReadOnlyList<DeviceInfo> devices, string selector)
    {
        string text = selector.Trim().ToLowerInvariant();
        if (text == "auto")
        {
            var usable = devices.Where(device => device.Obstacle is null).ToList();
            return usable.Find(device => device.Kind == DeviceKind.Cuda)
                ?? usable.Find(device => device.Kind == DeviceKind.OpenCL && device.IsGpu)
                ?? usable.First(device => device.Kind == DeviceKind.Cpu);
        }

        var (kind, index) = Parse(text, selector);
        var found = devices.FirstOrDefault(device => device.Kind == kind && device.Index == index)
            ?? throw new DeviceNotFoundException($"There is no device '{selector}'{Hint(kind)}. This machine has: {List(devices)}.");
        return found.Obstacle is null
            ? found
            : throw new DeviceNotFoundException(
                $"The device '{selector}' ({found.Name}) cannot run kernels: {found.Obstacle}. This machine has: {List(devices)}.");
    }

    static (DeviceKind Kind, int Index) Parse(string text, string selector)
    {
        string[] parts = text.Split(':');
        DeviceKind? kind = parts[0] switch { "cpu" => DeviceKind.Cpu, "opencl" => DeviceKind.OpenCL, "cuda" => DeviceKind.Cuda, _ => null };
        int index = 0;
        bool wellFormed = kind is not null && parts.Length switch
        {
            1 => true,
            2 => kind != DeviceKind.Cpu && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out index),
            _ => false,
        };
        return wellFormed
            ? (kind!.Value, index)
            : throw new DeviceNotFoundException($"'{selector}' does not name a device. Write one of: {Forms}.");
    }

    static string Hint(DeviceKind kind) => kind switch
    {
        DeviceKind.Cuda => " (CUDA needs an NVIDIA GPU and its driver's libcuda.so.1)",
        DeviceKind.OpenCL =>
            " (OpenCL needs libOpenCL.so.1 and a device's driver; on Debian: ocl-icd-libopencl1, and pocl-opencl-icd for the CPU)",
        _ => "",
    };

    static string List(IReadOnlyList<DeviceInfo> devices) => string.Join("; ", devices);
}
