namespace GpuLm.Kernels.Cuda.Tiles;

/// <summary>
/// The registers of a warp's tile of sums, as a handler names them. The tile is made of the results of m16n8k16 (see
/// <see cref="Intrinsics.TensorCore"/>), row of blocks by row of blocks: with g = lane / 4 and t = lane % 4 a thread holds in its row r,
/// which is row g + 8 r of the tile, the columns 8 j + 2 t and 8 j + 2 t + 1 of each block j.
/// </summary>
/// <param name="registers">All sums of a thread.</param>
/// <param name="width">Columns of the tile.</param>
readonly struct WarpSums(IReadOnlyList<string> registers, int width)
{
    /// <summary>Blocks of 8 columns.</summary>
    public int BlocksAcross => width / 8;

    /// <summary>Blocks of 16 rows.</summary>
    public int BlocksDown => registers.Count / 4 / BlocksAcross;

    /// <summary>Rows of the tile that a thread has a part of.</summary>
    public int Rows => 2 * BlocksDown;

    /// <summary>A sum by the thread's row, block across, and column of the pair.</summary>
    public string this[int row, int across, int column] => registers[4 * (row / 2 * BlocksAcross + across) + 2 * (row % 2) + column];

    /// <summary>A thread's sums of one of its rows.</summary>
    public IEnumerable<string> Row(int row)
    {
        var sums = this;
        return Enumerable.Range(0, 2 * BlocksAcross).Select(column => sums[row, column / 2, column % 2]);
    }

    /// <summary>The four sums of a block in braces.</summary>
    public string Block(int down, int across)
    {
        int first = 4 * (down * BlocksAcross + across);
        return $"{{{registers[first]}, {registers[first + 1]}, {registers[first + 2]}, {registers[first + 3]}}}";
    }
}
