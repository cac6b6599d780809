using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace GpuLm.Kernels.Cuda.Tiles;

/// <summary>
/// A tile of bf16 numbers in shared memory: rows of 64 numbers, 128 bytes, form a panel; a tile of wider rows is several panels one behind
/// the other. The 16-byte chunk c of row r lies at place c ^ (r % 8) of its row, so that eight rows of one column of chunks meet all banks.
/// A tile starts at a multiple of 1,024 bytes.
/// </summary>
public static class PanelTile
{
    /// <summary>Bytes of a panel's row.</summary>
    public const int RowBytes = 128;

    /// <summary>Numbers in a panel's row.</summary>
    public const int Width = 64;

    /// <summary>Bytes of a tile.</summary>
    public static int Bytes(int rows, int columns) => rows * columns * 2;

    /// <summary>
    /// The address that this lane names when its warp loads blocks of 16 x 16 from a row on, the four 8 x 8 matrices of a block in the
    /// order of a fragment of A: down first. Blocks of B that are loaded transposed take the same order.
    /// </summary>
    public static uint DownFirst(uint tile, int row)
    {
        int lane = Warps.Lane;
        return Evaluate.Here(tile + (uint)((row + (lane & 15)) * RowBytes + ((lane >> 4) ^ (lane & 7)) * 16));
    }

    /// <summary>
    /// As <see cref="DownFirst"/>, but across first: the order of two fragments of B where the tile's rows are B's columns.
    /// </summary>
    public static uint AcrossFirst(uint tile)
    {
        int lane = Warps.Lane;
        return Evaluate.Here(tile + (uint)(((lane >> 4) * 8 + (lane & 7)) * RowBytes + (((lane >> 3) & 1) ^ (lane & 7)) * 16));
    }

    /// <summary>Where the pairs of sums that this lane holds lie, from a row of the tile on; see <see cref="Store"/>.</summary>
    public static uint Pairs(uint tile, int row)
    {
        int lane = Warps.Lane;
        return tile + (uint)((row + (lane >> 2)) * RowBytes + (lane >> 2) * 16 + (lane & 3) * 4);
    }

    /// <summary>The address of a row's chunk, counted from the row's first panel on, in a tile of so many rows.</summary>
    public static uint Chunk(uint tile, int rows, int row, int chunk) =>
        tile + (uint)(((chunk >> 3) * rows + row) * RowBytes + ((chunk & 7) ^ (row & 7)) * 16);

    /// <summary>
    /// Rounds a warp's sums to bf16 and writes them from the row of <paramref name="pairs"/> on into a tile of
    /// <paramref name="rows"/> rows of <paramref name="width"/> numbers, constants both.
    /// </summary>
    [IntrinsicImplementation, PtxHandler(nameof(EmitStore))]
    public static void Store<TSum>(TSum sum, uint pairs, int rows, int width) => throw PtxIntrinsics.OnlyOnCuda;

    static void EmitStore<TSum>(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var writer = new PtxWriter(generator, (MethodCall)value);
        string pairs = writer.Argument(1)[0];
        long rows = writer.Constant(2);
        var sum = new WarpSums(writer.Argument(0), (int)writer.Constant(3));
        writer.Line("{");
        writer.Line(".reg .b32 %wv, %wp;");
        for (int across = 0; across < sum.BlocksAcross; across++)
        {
            writer.Line($"xor.b32 %wp, {pairs}, {across % 8 * 16};");
            for (int row = 0; row < sum.Rows; row++)
            {
                long offset = (across / 8 * rows + 8 * row) * RowBytes;
                writer.Line($"cvt.rn.bf16x2.f32 %wv, {sum[row, across, 1]}, {sum[row, across, 0]};");
                writer.Line($"st.shared.b32 [%wp+{offset}], %wv;");
            }
        }
        writer.Line("}");
    }
}
