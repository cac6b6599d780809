using System.Globalization;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Tiles;

namespace GpuLm.Kernels.MatMul.Cuda.Mma;

/// <summary>
/// Writes the loads of a warp's fragments: an operand's blocks of 16 rows or columns, four registers each, in the order that mma.sync
/// wants. For A these are (rows 0-7, first half of the step), (rows 8-15, first half), (0-7, second), (8-15, second); for B (0-7, first),
/// (0-7, second), (8-15, first), (8-15, second).
/// </summary>
/// <param name="Writer">Where the instructions go.</param>
/// <param name="Register">The registers' name, which a number follows.</param>
/// <param name="Blocks">Blocks of 16.</param>
/// <param name="Row">Register with the address of the lane's first row.</param>
/// <param name="Chunk">Register with the place of the lane's first chunk in its row.</param>
/// <param name="KRunsDown">Whether K runs down the panel.</param>
/// <param name="IsA">Whether the operand is A.</param>
sealed record Fragments(PtxWriter Writer, string Register, int Blocks, string Row, string Chunk, bool KRunsDown, bool IsA)
{
    // Chunks of 16 bytes in a panel's row.
    const int RowChunks = PanelTile.RowBytes / 16;

    /// <summary>Some of the registers, as an operand of an instruction.</summary>
    public string Block(int first, int count) => PtxWriter.List([.. Enumerable.Range(first, count).Select(Name)]);

    /// <summary>Loads all blocks of a step of K, and rounds them where they are fp32.</summary>
    public void Load(int step, bool tf32)
    {
        for (int block = 0; block < Blocks; block++)
        {
            if (tf32 && KRunsDown) LoadWords(step, block);
            else if (KRunsDown) LoadMatrices(".trans", chunks: 2 * block, rows: 16 * step, isFirst: true, 4 * block);
            else LoadMatrices("", chunks: 2 * step, rows: 16 * block, isFirst: block == 0, 4 * block);
        }
        for (int i = 0; tf32 && i < 4 * Blocks; i++) Writer.Line($"cvt.rna.tf32.f32 {Name(i)}, {Name(i)};");
    }

    /// <summary>A 16-bit matrix of 8 x 8 is one of 8 x 4 fp32 numbers too, which is what a tf32 fragment consists of.</summary>
    void LoadMatrices(string transposed, int chunks, int rows, bool isFirst, int register)
    {
        if (isFirst) Point(chunks);
        Writer.Line(
            $"ldmatrix.sync.aligned.m8n8.x4{transposed}.shared.b16 {Block(register, 4)}, [%wp+{Text(rows * PanelTile.RowBytes)}];");
    }

    /// <summary>fp32 numbers whose K runs down, word by word: a panel is 32 columns wide and 32 rows of K deep.</summary>
    void LoadWords(int step, int block)
    {
        for (int i = 0; i < 4; i++)
        {
            int eight = 2 * block + (IsA ? i % 2 : i / 2), half = IsA ? i / 2 : i % 2, chunks = 2 * eight;
            int row = chunks / RowChunks * PanelTile.RowBytes / sizeof(float) + 8 * step + 4 * half;
            Point(chunks % RowChunks);
            Writer.Line($"ld.shared.b32 {Name(4 * block + i)}, [%wp+{Text(row * PanelTile.RowBytes)}];");
        }
    }

    void Point(int chunks)
    {
        Writer.Line($"xor.b32 %wp, {Chunk}, {Text(16 * chunks)};");
        Writer.Line($"add.u32 %wp, %wp, {Row};");
    }

    string Name(int register) => Register + Text(register);

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
