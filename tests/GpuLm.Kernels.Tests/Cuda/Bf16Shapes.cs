using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>Shapes for kernels that read eight bf16 numbers at a time, on every device that runs them.</summary>
public static class Bf16Shapes
{
    /// <summary>
    /// Less than a warp, what a warp holds and one vector more, what some warps hold, many rows for the walk over them, the longest row.
    /// </summary>
    public static IReadOnlyList<(int Rows, int Columns)> Ugly { get; } =
        [(1, 8), (3, 16), (13, 248), (5, 256), (7, 264), (300, 64), (9, 768), (6, 776), (2, 1600), (3, 4096), (1, 12_288)];

    /// <summary>Every device with every shape.</summary>
    public static TheoryData<string, int, int> ForEachDevice()
    {
        var data = new TheoryData<string, int, int>();
        foreach (var name in TestDevices.CudaNames)
        {
            foreach (var (rows, columns) in Ugly) data.Add(name.Data, rows, columns);
        }
        return data;
    }
}
