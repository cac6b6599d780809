using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.Cuda.Rows;

/// <summary>
/// The threads that share a row of bf16 numbers: one warp, of which a group then holds several, or all warps of a group. Each thread holds
/// up to three vectors of the row in registers, so that a row is read once, and reads them all at once: vectors First, First + Step, ...
/// </summary>
struct RowTeam
{
    /// <summary>Vectors of a row that a thread holds.</summary>
    public const int VectorsPerThread = 3;

    /// <summary>Columns of a row that a warp holds.</summary>
    public const int ColumnsPerWarp = Warps.Size * VectorsPerThread * VectorAccess.Eight;

    /// <summary>Most warps of a team.</summary>
    public const int MaxWarps = 16;

    /// <summary>Warps of a group whose warps have a row each.</summary>
    public const int SingleWarps = 8;

    /// <summary>The team's number among all teams of the grid, and how many there are.</summary>
    public int Index, Count;

    /// <summary>The thread's first vector in a row, and the distance to its next.</summary>
    public int First, Step;

    /// <summary>Vectors of a row.</summary>
    public int Vectors;

    /// <summary>The team of the running thread.</summary>
    /// <param name="columns">Columns of a row, a multiple of eight.</param>
    /// <param name="warps">Warps of a team: one, or all of the group.</param>
    public static RowTeam Own(int columns, int warps) => new()
    {
        Index = warps == 1 ? Grid.IdxX * GroupWarps.Count + Warps.Index : Grid.IdxX,
        Count = warps == 1 ? Grid.DimX * GroupWarps.Count : Grid.DimX,
        First = warps == 1 ? Warps.Lane : Group.IdxX,
        Step = warps * Warps.Size,
        Vectors = columns / VectorAccess.Eight,
    };

    /// <summary>The place of the thread's k-th vector in a row.</summary>
    public readonly int At(int k) => First + k * Step;

    /// <summary>Whether the row has a k-th vector for the thread.</summary>
    public readonly bool Has(int k) => At(k) < Vectors;

    /// <summary>The sum over the team, for every thread of it.</summary>
    public readonly float Sum(float value) => Step == Warps.Size ? Warps.Sum(value) : GroupWarps.Sum(value);

    /// <summary>Host: warps of a team for rows of so many columns.</summary>
    /// <exception cref="ArgumentException">The columns are no multiple of eight, or more than a group holds.</exception>
    public static int WarpsFor(int columns)
    {
        VectorAccess.RequireEights(columns);
        Guard.Require(
            columns <= MaxWarps * ColumnsPerWarp, $"columns is {columns}; a row in bf16 has at most {MaxWarps * ColumnsPerWarp}.",
            nameof(columns));
        return (columns + ColumnsPerWarp - 1) / ColumnsPerWarp;
    }

    /// <summary>Host: a launch in which each team has one row.</summary>
    public static KernelConfig TeamEach(int rows, int warps) => warps == 1
        ? new((rows + SingleWarps - 1) / SingleWarps, SingleWarps * Warps.Size)
        : new(rows, warps * Warps.Size);
}

/// <summary>What a thread holds of a row: three vectors, zeros where the row has none for it.</summary>
struct RowPart
{
    public UInt4 A, B, C;

    /// <summary>Reads the thread's vectors of a row.</summary>
    public static RowPart Load(ArrayView<UInt4> matrix, long row, RowTeam team)
    {
        long start = row * team.Vectors;
        var part = new RowPart();
        if (team.Has(0)) part.A = matrix[start + team.At(0)];
        if (team.Has(1)) part.B = matrix[start + team.At(1)];
        if (team.Has(2)) part.C = matrix[start + team.At(2)];
        return part;
    }

    /// <summary>The sum of the numbers.</summary>
    public readonly float Sum() => Float8.Unpack(A).Sum() + Float8.Unpack(B).Sum() + Float8.Unpack(C).Sum();

    /// <summary>The sum of (x - mean)^2 over the numbers that there are.</summary>
    public readonly float SquaredDeviations(float mean, RowTeam team) =>
        (team.Has(0) ? SquaredDeviations(A, mean) : 0) + (team.Has(1) ? SquaredDeviations(B, mean) : 0)
        + (team.Has(2) ? SquaredDeviations(C, mean) : 0);

    static float SquaredDeviations(UInt4 packed, float mean)
    {
        var deviation = Float8.Unpack(packed) - mean;
        return (deviation * deviation).Sum();
    }
}
