using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Tiles;
using ILGPU;

namespace GpuLm.Kernels.MatMul.Cuda.Mma;

/// <summary>
/// Where a thread's chunks of an operand come from and go to. Eight threads copy a row of 128 bytes, each one chunk of 16; a group's
/// threads copy rows side by side. Everything that does not depend on the part of K is worked out once, before the main loop.
/// </summary>
readonly struct OperandCopy
{
    readonly long first, partStep, rowStep;
    readonly int rows, bytes, rowsPerPart, bytesPerPart;
    readonly uint target;

    OperandCopy(long first, long partStep, long rowStep, int rows, int bytes, int rowsPerPart, int bytesPerPart, uint start, int place)
    {
        (this.first, this.partStep, this.rowStep) = (Evaluate.Here(first), partStep, rowStep);
        (this.rows, this.bytes, this.target) = (Evaluate.Here(rows), Evaluate.Here(bytes), start + (uint)Evaluate.Here(place));
        (this.rowsPerPart, this.bytesPerPart) = (rowsPerPart, bytesPerPart);
    }

    /// <summary>
    /// An operand whose rows in memory run along K: its tile is one panel, and a part of K is 128 bytes further along each row. Rows beyond
    /// the operand's end belong to rows or columns of C that nobody stores, so whatever is in their place may stay.
    /// </summary>
    /// <param name="rowBytes">Bytes from one row to the next.</param>
    /// <param name="row">First row of the tile.</param>
    /// <param name="rows">Rows of the operand.</param>
    /// <param name="k">First term.</param>
    /// <param name="endK">Where terms end.</param>
    /// <param name="threads">Threads of the group.</param>
    /// <param name="start">The operand's place in a stage.</param>
    public static OperandCopy Along<TNumbers>(long rowBytes, int row, int rows, int k, int endK, int threads, uint start)
        where TNumbers : struct, IOperandNumbers
    {
        int inPanel = Group.IdxX >> 3, chunk = Group.IdxX & 7;
        return new(
            (row + inPanel) * rowBytes + (long)k * default(TNumbers).Bytes + 16 * chunk, PanelTile.RowBytes, threads / 8 * rowBytes,
            rows - row - inPanel, (endK - k) * default(TNumbers).Bytes - 16 * chunk, 0, PanelTile.RowBytes,
            start, inPanel * PanelTile.RowBytes + 16 * (chunk ^ (inPanel & 7)));
    }

    /// <summary>
    /// An operand whose rows in memory run across K: panels of 128 bytes of columns, and a part of K is further rows. Those behind the last
    /// term become zero.
    /// </summary>
    /// <inheritdoc cref="Along"/>
    public static OperandCopy Down<TNumbers>(long rowBytes, int column, int columns, int k, int endK, int threads, uint start)
        where TNumbers : struct, IOperandNumbers
    {
        int inPanel = Group.IdxX >> 3, chunk = Group.IdxX & 7, depth = PanelTile.RowBytes / default(TNumbers).Bytes;
        return new(
            (k + inPanel) * rowBytes + (long)column * default(TNumbers).Bytes + 16 * chunk, depth * rowBytes, threads / 8 * rowBytes,
            endK - k - inPanel, (columns - column) * default(TNumbers).Bytes - 16 * chunk, depth, 0,
            start, inPanel * PanelTile.RowBytes + 16 * (chunk ^ WarpTile.TwistDown<TNumbers>(inPanel)));
    }

    /// <summary>Starts to copy a part of K into a stage. The counts are constants.</summary>
    public void Start(
        ArrayView<byte> operand, int part, uint stage, int count, int rowStep, int panels, int panelBytes, bool zeroRows) => TileCopy.Start(
        stage + target, ref operand[first + part * partStep], this.rowStep, rows - part * rowsPerPart, bytes - part * bytesPerPart,
        count, rowStep, panels, panelBytes, zeroRows);
}
