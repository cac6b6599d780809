using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace GpuLm.Kernels.Cuda;

/// <summary>
/// A sequence of launches that the driver repeats as one (CUDA Driver API, "Graph Management"). The driver's calls need the accelerator to be
/// the host thread's current one, which another accelerator may have taken from it.
/// </summary>
sealed class CudaGraph : AcceleratorObject
{
    readonly nint executable, stream;

    CudaGraph(Accelerator accelerator, nint executable, nint stream) : base(accelerator) => (this.executable, this.stream) = (executable, stream);

    /// <summary>Records what an action launches on a stream, without running it. The action must not wait for the device.</summary>
    public static CudaGraph Capture(AcceleratorStream launchStream, Action launches)
    {
        using var binding = launchStream.BindScoped();
        nint stream = ((CudaStream)launchStream).StreamPtr, graph;
        CudaDriver.BeginCapture(stream);
        try
        {
            launches();
        }
        catch
        {
            CudaDriver.AbandonCapture(stream);
            throw;
        }
        graph = CudaDriver.EndCapture(stream);
        try
        {
            return new CudaGraph(launchStream.Accelerator, CudaDriver.Instantiate(graph), stream);
        }
        finally
        {
            CudaDriver.DestroyGraph(graph);
        }
    }

    /// <summary>Runs the launches in their order.</summary>
    public void Launch()
    {
        using var binding = Accelerator.BindScoped();
        CudaDriver.Launch(executable, stream);
    }

    /// <inheritdoc/>
    protected override void DisposeAcceleratorObject(bool disposing)
    {
        // A finalizer must not throw; what it leaves, the driver frees with the accelerator.
        if (disposing) CudaDriver.DestroyExecutable(executable);
    }
}
