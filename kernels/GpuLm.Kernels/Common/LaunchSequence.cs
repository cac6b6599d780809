using GpuLm.Kernels.Cuda;
using ILGPU.Runtime;

namespace GpuLm.Kernels.Common;

/// <summary>
/// Launches that are repeated step after step with the same arguments. On a CUDA device the second run is captured as a graph, and from
/// then on the whole sequence is one call of the driver; on other devices the launches are made anew each time.
/// </summary>
/// <param name="device">The device.</param>
/// <param name="launches">Makes the launches. It must not wait for the device, and what it does may depend on nothing that changes.</param>
/// <param name="useGraph">Whether a graph may be used.</param>
public sealed class LaunchSequence(ComputeDevice device, Action launches, bool useGraph) : IDisposable
{
    CudaGraph? graph;
    bool warm;
    int workspaceMoves;

    /// <summary>Launches the sequence once.</summary>
    public void Run()
    {
        if (device.Profile is { IsRecording: true })
        {
            launches();   // a graph would hide its launches from the profile
            return;
        }
        if (graph is not null && workspaceMoves != device.WorkspaceMoves)
        {
            graph.Dispose();   // something else needed a larger workspace since: the graph's launches hold the old one's address
            graph = null;
        }
        if (graph is null && warm && useGraph && device.Accelerator.AcceleratorType == AcceleratorType.Cuda)
        {
            graph = CudaGraph.Capture(device.Stream, launches);
            workspaceMoves = device.WorkspaceMoves;
        }
        if (graph is not null) graph.Launch();
        else launches();   // the first run grows workspaces, which a capture could not
        warm = true;
    }

    /// <inheritdoc/>
    public void Dispose() => graph?.Dispose();
}
