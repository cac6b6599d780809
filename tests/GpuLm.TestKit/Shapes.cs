using Xunit;

namespace GpuLm.TestKit;

/// <summary>Ugly shapes: single elements, primes, a vector or a group less or more one, tall and wide.</summary>
public static class Shapes
{
    /// <summary>Rows and columns for row-wise operations.</summary>
    public static IReadOnlyList<(int Rows, int Columns)> Ugly { get; } =
        [(1, 1), (1, 7), (3, 15), (2, 16), (5, 17), (7, 31), (4, 64), (13, 127), (9, 128), (3, 129), (257, 3), (2, 1031), (6, 768)];

    /// <summary>Every device with every ugly shape.</summary>
    public static TheoryData<string, int, int> ForEachDevice()
    {
        var data = new TheoryData<string, int, int>();
        foreach (var row in TestDevices.Names)
        {
            foreach (var (rows, columns) in Ugly) data.Add(row.Data, rows, columns);
        }
        return data;
    }
}
