using System.Runtime.InteropServices;
using TorchSharp;

namespace GpuLm.Peers;

/// <summary>libtorch, as TorchSharp loads it.</summary>
static class TorchLibrary
{
    const string Native = "LibTorchSharp";

    public static string TorchSharpVersion => typeof(torch).Assembly.GetName().Version!.ToString(3);

    public static string Version => torch.__version__;

    public static string Versions => $"TorchSharp {TorchSharpVersion}, libtorch {Version}";

    /// <summary>Loads libtorch and gives it as many threads.</summary>
    /// <exception cref="GpuLmException">It cannot be loaded.</exception>
    public static void Open(int threads)
    {
        try
        {
            // Before TorchSharp does: what fails there copies the library and prints a page.
            NativeLibrary.Load(Native, typeof(torch).Assembly, searchPath: null);
        }
        catch (DllNotFoundException e)
        {
            string? library = e.Message.Split('\n').FirstOrDefault(line => line.Contains("GLIBC", StringComparison.Ordinal));
            throw new GpuLmException(
                $"libtorch, which TorchSharp {TorchSharpVersion} brings, cannot be loaded here. It needs the C library (glibc) and the C++ "
                + "library (libstdc++) of Debian 13 or Ubuntu 24.04, or later: start this program on such a system, or inside a container "
                + $"of one.{(library is null ? "" : $" The loader says: {library.Trim()}")}", e);
        }
        torch.set_num_threads(threads);
    }
}
