using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.Cuda.Rows;

/// <summary>
/// Device code: a group sums a tile of columns over rows. Lane l of every warp has the columns 8l to 8l + 7 of the tile, each warp its
/// share of the rows; the warps' sums meet in shared memory, in their order.
/// </summary>
static class ColumnTile
{
    /// <summary>Columns of a tile.</summary>
    public const int Columns = Warps.Size * VectorAccess.Eight;

    /// <summary>Threads of a group where there are many tiles.</summary>
    public const int GroupSize = VectorAccess.GroupSize;

    /// <summary>Threads of a group where there are few tiles, as when partial sums are added up.</summary>
    public const int LargeGroup = 1024;

    /// <summary>Tiles that cover so many columns.</summary>
    public static int Tiles(int columns) => (columns + Columns - 1) / Columns;

    /// <summary>Whether the running thread's columns of a tile exist.</summary>
    public static bool Has(int tile, int columns) => Vector(tile) < columns / VectorAccess.Eight;

    /// <summary>The running thread's vector in a row.</summary>
    public static int Vector(int tile) => tile * Warps.Size + Warps.Lane;

    /// <summary>The running warp's share of the rows [first, end) of a matrix in bf16, summed for its columns of a tile.</summary>
    public static Float8 Sum(ArrayView<UInt4> matrix, int first, int end, int tile, int columns)
    {
        var sum = default(Float8);
        if (!Has(tile, columns)) return sum;
        int stride = columns / VectorAccess.Eight, step = GroupWarps.Count, row = first + Warps.Index;
        // Four rows at a time: their loads are under way together.
        for (; row + 3 * step < end; row += 4 * step)
        {
            long at = (long)row * stride + Vector(tile), next = (long)step * stride;
            UInt4 a = matrix[at], b = matrix[at + next], c = matrix[at + 2 * next], d = matrix[at + 3 * next];
            sum += Float8.Unpack(a) + Float8.Unpack(b) + (Float8.Unpack(c) + Float8.Unpack(d));
        }
        for (; row < end; row += step) sum += Float8.Unpack(matrix[(long)row * stride + Vector(tile)]);
        return sum;
    }

    /// <summary>
    /// The running warp's share of the rows [first, end) of a matrix in fp32, summed for its columns of a tile. A row has
    /// <paramref name="stride"/> vectors of eight, of which the columns begin at <paramref name="offset"/>.
    /// </summary>
    public static Float8 Sum(ArrayView<Float4> matrix, int first, int end, int stride, int offset, int tile, int columns)
    {
        var sum = default(Float8);
        if (!Has(tile, columns)) return sum;
        int step = GroupWarps.Count, row = first + Warps.Index;
        for (; row + step < end; row += 2 * step)
        {
            long at = (long)row * stride + offset + Vector(tile);
            sum += Float8.Load(matrix, at) + Float8.Load(matrix, at + (long)step * stride);
        }
        if (row < end) sum += Float8.Load(matrix, (long)row * stride + offset + Vector(tile));
        return sum;
    }

    /// <summary>y[columns of the tile] (+)= the sum over the group's warps. All threads call it, once.</summary>
    /// <param name="sum">What the running thread summed.</param>
    /// <param name="shared">Shared memory, eight floats a thread.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="columns">Columns of the matrix.</param>
    /// <param name="accumulate">Whether to add to y.</param>
    /// <param name="y">[columns].</param>
    public static void Write(Float8 sum, ArrayView<float> shared, int tile, int columns, int accumulate, ArrayView<float> y)
    {
        Put(sum, shared.SubView(Warps.Index * Columns + Warps.Lane));
        Group.Barrier();
        int first = tile * Columns, count = IntrinsicMath.Min(Columns, columns - first);
        for (int column = Group.IdxX; column < count; column += Group.DimX)
        {
            int at = column % VectorAccess.Eight * Warps.Size + column / VectorAccess.Eight;
            float total = accumulate != 0 ? y[first + column] : 0;
            for (int warp = 0; warp < GroupWarps.Count; warp++) total += shared[warp * Columns + at];
            y[first + column] = total;
        }
    }

    /// <summary>The sum of the group's warps, lane by lane. All threads call it; calls may follow each other.</summary>
    public static Float8 SumOverWarps(Float8 value, ArrayView<float> shared)
    {
        Group.Barrier();
        Put(value, shared.SubView(Warps.Index * Columns + Warps.Lane));
        Group.Barrier();
        var sum = Get(shared.SubView(Warps.Lane));
        for (int warp = 1; warp < GroupWarps.Count; warp++) sum += Get(shared.SubView(warp * Columns + Warps.Lane));
        return sum;
    }

    /// <summary>Eight numbers of a lane, a warp's width apart: no two lanes meet in a bank.</summary>
    static void Put(Float8 value, ArrayView<float> shared)
    {
        shared[0] = value.Low.X;
        shared[Warps.Size] = value.Low.Y;
        shared[2 * Warps.Size] = value.Low.Z;
        shared[3 * Warps.Size] = value.Low.W;
        shared[4 * Warps.Size] = value.High.X;
        shared[5 * Warps.Size] = value.High.Y;
        shared[6 * Warps.Size] = value.High.Z;
        shared[7 * Warps.Size] = value.High.W;
    }

    /// <summary>What <see cref="Put"/> put.</summary>
    static Float8 Get(ArrayView<float> shared) => new()
    {
        Low = Float8.Four(shared[0], shared[Warps.Size], shared[2 * Warps.Size], shared[3 * Warps.Size]),
        High = Float8.Four(shared[4 * Warps.Size], shared[5 * Warps.Size], shared[6 * Warps.Size], shared[7 * Warps.Size]),
    };
}
