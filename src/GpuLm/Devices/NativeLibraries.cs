using System.Reflection;
using System.Runtime.InteropServices;
using GpuLm.Kernels.Common;
using ILGPU;

namespace GpuLm.Devices;

/// <summary>
/// Finds the drivers' libraries where only their run-time names exist. ILGPU's imports and ours become <c>libcuda.so</c> and
/// <c>libOpenCL.so</c>, which Linux distributions ship in development packages; without them ILGPU's device list is silently empty.
/// </summary>
static class NativeLibraries
{
    /// <summary>NVIDIA's management library, as imports name it.</summary>
    public const string Nvml = "nvml";

    static readonly Lock Gate = new();
    static bool registered;

    /// <summary>
    /// Takes over the look-up for ILGPU's assembly, the kernels' and this one, once in a process and before the first context exists.
    /// </summary>
    public static void Register()
    {
        lock (Gate)
        {
            if (registered) return;
            NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, Resolve);
            NativeLibrary.SetDllImportResolver(typeof(ComputeDevice).Assembly, Resolve);
            NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);
            registered = true;
        }
    }

    static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        // Zero hands the look-up back to the runtime, which tries the plain names and reports what failed.
        if (OperatingSystem.IsWindows() && name == "cuda") name = "nvcuda";
        else if (!OperatingSystem.IsLinux() || name is not ("OpenCL" or "cuda" or Nvml)) return 0;
        if (NativeLibrary.TryLoad(name, assembly, path, out nint library)) return library;
        string file = name == Nvml ? "nvidia-ml" : name;
        return NativeLibrary.TryLoad($"lib{file}.so.1", assembly, path, out library) ? library : 0;
    }
}
