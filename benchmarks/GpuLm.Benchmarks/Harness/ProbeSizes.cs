using GpuLm.Kernels.Common;
using GpuLm.Kernels.Probe;

namespace GpuLm.Benchmarks.Harness;

/// <summary>What the probes of a device's arithmetic work on: as much as fills it.</summary>
/// <param name="Values">Single numbers.</param>
/// <param name="Tiles">Tiles of mma.sync.</param>
/// <param name="WarpGroupTiles">Tiles of wgmma.</param>
public sealed record ProbeSizes(int Values, int Tiles, int WarpGroupTiles)
{
    /// <summary>The sizes of a device.</summary>
    public static ProbeSizes Of(ComputeDevice device)
    {
        var probe = new Probe(device);
        return new(probe.Values, probe.Tiles, probe.WarpGroupTiles);
    }
}
