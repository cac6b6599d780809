using GpuLm.Peers.Torch;
using TorchSharp;

namespace GpuLm.Peers;

/// <summary>Makes the sides of a comparison by name.</summary>
static class Sides
{
    public const string Torch = "PyTorch", GpuLm = "GpuLm", LlmC = "llm.c";

    public static IReadOnlyList<string> Names { get; } = [Torch, GpuLm];

    public static ISide Create(string name, Workload workload, int threads)
    {
        switch (name)
        {
            case Torch:
                torch.set_num_threads(threads);
                return new TorchSide(workload);
            case GpuLm:
                return new GpuLmSide(workload, threads);
            default:
                throw new ArgumentException($"There is no side '{name}'. Sides: {string.Join(", ", Names)}.", nameof(name));
        }
    }
}
