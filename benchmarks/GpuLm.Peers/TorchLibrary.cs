using TorchSharp;

namespace GpuLm.Peers;

/// <summary>libtorch, as TorchSharp loads it.</summary>
static class TorchLibrary
{
    public static string TorchSharpVersion => typeof(torch).Assembly.GetName().Version!.ToString(3);

    public static string Version => torch.__version__;

    public static string Versions => $"TorchSharp {TorchSharpVersion}, libtorch {Version}";

    /// <summary>Loads libtorch and gives it as many threads.</summary>
    /// <exception cref="GpuLmException">It cannot be loaded.</exception>
    public static void Open(int threads)
    {
        try
        {
            torch.set_num_threads(threads);
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or NotSupportedException or EntryPointNotFoundException)
        {
            throw new GpuLmException(
                $"The libtorch of TorchSharp {TorchSharpVersion} cannot be loaded on this system. It needs the C library (glibc) and C++ library (libstdc++) of Debian 13 "
                + "or Ubuntu 24.04, or later. Start this program inside a container of such a system.", e);
        }
    }
}
