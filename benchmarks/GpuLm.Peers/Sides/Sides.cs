using GpuLm.Bench.Peers;
using GpuLm.Peers.Torch;

namespace GpuLm.Peers;

/// <summary>Makes the sides of a comparison by name.</summary>
static class Sides
{
    public static IReadOnlyList<string> Names { get; } = [PeerLabels.Torch, PeerLabels.GpuLm];

    public static ISide Create(string name, Workload workload, int threads)
    {
        switch (name)
        {
            case PeerLabels.Torch:
                TorchLibrary.Open(threads);
                return new TorchSide(workload);
            case PeerLabels.GpuLm:
                return new GpuLmSide(workload, threads);
            default:
                throw new GpuLmException($"There is no side '{name}'. Sides: {string.Join(", ", Names)}.");
        }
    }
}
