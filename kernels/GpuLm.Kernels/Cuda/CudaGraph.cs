using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace GpuLm.Kernels.Cuda;

/// <summary>A sequence of launches that the driver repeats as one (CUDA Driver API, "Graph Management").</summary>
sealed class CudaGraph : IDisposable
{
    readonly nint executable, stream;

    CudaGraph(nint executable, nint stream) => (this.executable, this.stream) = (executable, stream);

    /// <summary>Records what an action launches on a stream, without running it. The action must not wait for the device.</summary>
    public static CudaGraph Capture(AcceleratorStream launchStream, Action launches)
    {
        nint stream = ((CudaStream)launchStream).StreamPtr, graph = 0;
        CudaDriver.BeginCapture(stream);
        try
        {
            launches();
        }
        finally
        {
            graph = CudaDriver.EndCapture(stream);   // also where an action threw: the stream must leave its capturing state
        }
        try
        {
            return new CudaGraph(CudaDriver.Instantiate(graph), stream);
        }
        finally
        {
            CudaDriver.DestroyGraph(graph);
        }
    }

    /// <summary>Runs the launches in their order.</summary>
    public void Launch() => CudaDriver.Launch(executable, stream);

    public void Dispose() => CudaDriver.DestroyExecutable(executable);
}
