using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;

namespace GpuLm.Kernels.Cuda;

/// <summary>
/// The driver's functions that ILGPU does not offer (CUDA Driver API, "Execution Control", "Graph Management", "Device Management").
/// </summary>
static partial class CudaDriver
{
    const string Library = "cuda";
    const int MaxDynamicSharedBytes = 8, SharedBytesOptIn = 97, CaptureThreadLocal = 1;

    /// <summary>Most bytes of shared memory that a group can opt in to.</summary>
    public static int MaxSharedBytes(int device)
    {
        Require(cuDeviceGetAttribute(out int bytes, SharedBytesOptIn, device), "cuDeviceGetAttribute");
        return bytes;
    }

    /// <summary>Allows a kernel more than 48 KB of dynamic shared memory.</summary>
    public static void AllowDynamicShared(nint function, int bytes) =>
        Require(cuFuncSetAttribute(function, MaxDynamicSharedBytes, bytes), "cuFuncSetAttribute");

    public static void BeginCapture(nint stream) => Require(cuStreamBeginCapture(stream, CaptureThreadLocal), "cuStreamBeginCapture");

    public static nint EndCapture(nint stream)
    {
        Require(cuStreamEndCapture(stream, out nint graph), "cuStreamEndCapture");
        return graph;
    }

    /// <summary>Takes a stream out of its capturing state after a fault that is worth more than what the driver says of the capture.</summary>
    public static void AbandonCapture(nint stream)
    {
        if (cuStreamEndCapture(stream, out nint graph) == 0) DestroyGraph(graph);
    }

    public static nint Instantiate(nint graph)
    {
        Require(cuGraphInstantiate(out nint executable, graph, 0), "cuGraphInstantiate");
        return executable;
    }

    public static void Launch(nint executable, nint stream) => Require(cuGraphLaunch(executable, stream), "cuGraphLaunch");

    public static void DestroyGraph(nint graph) => Require(cuGraphDestroy(graph), "cuGraphDestroy");

    public static void DestroyExecutable(nint executable) => Require(cuGraphExecDestroy(executable), "cuGraphExecDestroy");

    /// <summary>Turns an error of the driver into an exception with the driver's own words.</summary>
    /// <exception cref="CudaKernelException">The call failed.</exception>
    static void Require(int error, string function)
    {
        if (error == 0) return;
        string text = cuGetErrorString(error, out nint pointer) == 0 ? Marshal.PtrToStringAnsi(pointer) ?? "" : "";
        throw new CudaKernelException($"{function} failed with {(CudaError)error}: {text}");
    }

    [LibraryImport(Library)]
    private static partial int cuDeviceGetAttribute(out int value, int attribute, int device);

    [LibraryImport(Library)]
    private static partial int cuFuncSetAttribute(nint function, int attribute, int value);

    [LibraryImport(Library, EntryPoint = "cuStreamBeginCapture_v2")]
    private static partial int cuStreamBeginCapture(nint stream, int mode);

    [LibraryImport(Library)]
    private static partial int cuStreamEndCapture(nint stream, out nint graph);

    [LibraryImport(Library, EntryPoint = "cuGraphInstantiateWithFlags")]
    private static partial int cuGraphInstantiate(out nint executable, nint graph, ulong flags);

    [LibraryImport(Library)]
    private static partial int cuGraphLaunch(nint executable, nint stream);

    [LibraryImport(Library)]
    private static partial int cuGraphDestroy(nint graph);

    [LibraryImport(Library)]
    private static partial int cuGraphExecDestroy(nint executable);

    [LibraryImport(Library)]
    private static partial int cuGetErrorString(int error, out nint text);
}
