using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace GpuLm.Kernels.MatMul.Cuda;

/// <summary>
/// What a warp does with its part of a group's tile. An operand's tile is stored in panels of rows of 128 bytes (64 bf16 numbers); the
/// 16-byte chunk c of row r lies at place c ^ (r % 8) of its row, so that eight rows of one column of chunks meet all banks.
/// </summary>
static class WarpTile
{
    /// <summary>Bytes of a panel's row.</summary>
    public const int RowBytes = 128;

    /// <summary>Terms of K in a stage.</summary>
    public const int Depth = 64;

    /// <summary>
    /// sum += A B over one stage. <paramref name="a"/> and <paramref name="b"/> are the addresses of the panel rows that this lane names in
    /// matrix loads, <paramref name="chunkA"/> and <paramref name="chunkB"/> the places of its first chunks in bytes.
    /// </summary>
    [IntrinsicImplementation, PtxHandler(nameof(EmitMultiplyAdd))]
    public static TSum MultiplyAdd<TTile, TLayout, TSum>(TSum sum, uint a, uint chunkA, uint b, uint chunkB) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>
    /// Writes a warp's sums as rows of fp32 numbers, <paramref name="stride"/> bytes (a constant) apart, from this lane's first element on.
    /// </summary>
    [IntrinsicImplementation, PtxHandler(nameof(EmitStore))]
    public static void Store<TTile, TSum>(TSum sum, uint address, int stride) => throw PtxIntrinsics.OnlyOnCuda;

    static void EmitMultiplyAdd<TTile, TLayout, TSum>(PTXBackend backend, PTXCodeGenerator generator, Value value)
        where TTile : struct, ITileConfig where TLayout : struct, IOperandLayout
    {
        var (tile, layout) = (default(TTile), default(TLayout));
        int blocksDown = tile.Rows / tile.WarpsDown / 16, blocksAcross = tile.Columns / tile.WarpsAcross / 8;
        var writer = new PtxWriter(generator, (MethodCall)value);
        string a = writer.Argument(1)[0], chunkA = writer.Argument(2)[0], b = writer.Argument(3)[0], chunkB = writer.Argument(4)[0];
        var sum = writer.TakeOver(0);
        writer.Line("{");
        writer.Line($".reg .b32 %wa<{4 * blocksDown}>, %wb<{2 * blocksAcross}>, %wp;");
        for (int k = 0; k < Depth / 16; k++)
        {
            Load(writer, "%wa", blocksDown, a, chunkA, layout.TransposeA, k);
            Load(writer, "%wb", blocksAcross / 2, b, chunkB, !layout.TransposeB, k);
            for (int j = 0; j < blocksAcross; j++)
            {
                for (int i = 0; i < blocksDown; i++)
                {
                    string c = PtxWriter.List([.. sum.Skip(4 * (i * blocksAcross + j)).Take(4)]);
                    writer.Line(
                        $"mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {c}, {{{Range("%wa", 4 * i, 4)}}}, {{{Range("%wb", 2 * j, 2)}}}, {c};");
                }
            }
        }
        writer.Line("}");
    }

    /// <summary>
    /// Blocks of 16 along an operand's rows or columns. Where K runs along a panel's row, blocks are rows apart and steps of K chunks apart;
    /// where it runs down the panel, the other way round, and the matrices are transposed on their way.
    /// </summary>
    static void Load(PtxWriter writer, string register, int blocks, string row, string chunk, bool kRunsDown, int k)
    {
        for (int block = 0; block < blocks; block++)
        {
            var (chunks, rows) = kRunsDown ? (2 * block, 16 * k) : (2 * k, 16 * block);
            if (kRunsDown || block == 0)
            {
                writer.Line($"xor.b32 %wp, {chunk}, {16 * chunks};");
                writer.Line($"add.u32 %wp, %wp, {row};");
            }
            string transposed = kRunsDown ? ".trans" : "";
            writer.Line($"ldmatrix.sync.aligned.m8n8.x4{transposed}.shared.b16 {{{Range(register, 4 * block, 4)}}}, [%wp+{rows * RowBytes}];");
        }
    }

    static void EmitStore<TTile, TSum>(PTXBackend backend, PTXCodeGenerator generator, Value value) where TTile : struct, ITileConfig
    {
        var tile = default(TTile);
        int blocksDown = tile.Rows / tile.WarpsDown / 16, blocksAcross = tile.Columns / tile.WarpsAcross / 8;
        var writer = new PtxWriter(generator, (MethodCall)value);
        var sum = writer.Argument(0);
        string address = writer.Argument(1)[0];
        long stride = writer.Constant(2);
        for (int part = 0; part < sum.Count; part += 2)
        {
            int block = part / 4, row = block / blocksAcross * 16 + part % 4 / 2 * 8, column = block % blocksAcross * 8;
            writer.Line($"st.shared.v2.f32 [{address}+{row * stride + sizeof(float) * column}], {{{sum[part]}, {sum[part + 1]}}};");
        }
    }

    static string Range(string register, int first, int count) =>
        string.Join(", ", Enumerable.Range(first, count).Select(i => $"{register}{i}"));
}
