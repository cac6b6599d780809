using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Tiles;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace GpuLm.Kernels.MatMul.Cuda.Mma;

/// <summary>
/// What a warp does with its part of a group's tile. An operand's tile is a <see cref="PanelTile"/> whose rows of 128 bytes are 64 bf16 or
/// 32 fp32 numbers: what eight threads copy, and, where K runs along them, the terms of K in a stage.
/// </summary>
static class WarpTile
{
    /// <summary>Rows of fp32 sums in shared memory are padded by so many numbers: eight rows then meet all banks.</summary>
    public const int SumPadding = 8;

    /// <summary>Steps of K in a stage: each is 32 bytes, 16 bf16 or 8 tf32 numbers.</summary>
    public const int Steps = 4;

    /// <summary>
    /// What the chunks of a row are exchanged by where K runs down the panel. Matrix loads transpose 16-bit numbers only; fp32 numbers are
    /// read one by one, 4 rows of 8, and these meet all banks if neighbouring rows differ by two chunks.
    /// </summary>
    public static int TwistDown<TNumbers>(int row) where TNumbers : struct, IOperandNumbers =>
        default(TNumbers).Bytes == 4 ? (row & 3) << 1 : row & 7;

    /// <summary>
    /// sum += A B over some steps of a stage. <paramref name="a"/> and <paramref name="b"/> are the addresses of the panel rows that this
    /// lane reads or names in matrix loads, <paramref name="chunkA"/> and <paramref name="chunkB"/> the places of its first chunks in
    /// bytes. The steps are constants.
    /// </summary>
    [IntrinsicImplementation, PtxHandler(nameof(EmitMultiplyAdd))]
    public static TSum MultiplyAdd<TTile, TLayout, TNumbers, TSum>(
        TSum sum, uint a, uint chunkA, uint b, uint chunkB, int firstStep, int endStep) =>
        throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>
    /// Writes a warp's sums as rows of fp32 numbers, <paramref name="stride"/> bytes (a constant) apart, from this lane's first element on.
    /// </summary>
    [IntrinsicImplementation, PtxHandler(nameof(EmitStore))]
    public static void Store<TTile, TSum>(TSum sum, uint address, int stride) => throw PtxIntrinsics.OnlyOnCuda;

    static void EmitMultiplyAdd<TTile, TLayout, TNumbers, TSum>(PTXBackend backend, PTXCodeGenerator generator, Value value)
        where TTile : struct, IMmaTile where TLayout : struct, IOperandLayout where TNumbers : struct, IOperandNumbers
    {
        var (tile, layout, tf32) = (default(TTile), default(TLayout), default(TNumbers).Bytes == 4);
        int blocksDown = tile.Rows / tile.WarpsDown / 16, blocksAcross = tile.Columns / tile.WarpsAcross / 8;
        var writer = new PtxWriter(generator, (MethodCall)value);
        string[] places = [.. Enumerable.Range(1, 4).Select(i => writer.Argument(i)[0])];
        var operandA = new Fragments(writer, "%wa", blocksDown, places[0], places[1], layout.TransposeA, IsA: true);
        var operandB = new Fragments(writer, "%wb", blocksAcross / 2, places[2], places[3], !layout.TransposeB, IsA: false);
        var sum = writer.TakeOver(0);
        string instruction = tf32 ? "m16n8k8.row.col.f32.tf32.tf32.f32" : "m16n8k16.row.col.f32.bf16.bf16.f32";
        writer.Line("{");
        writer.Line($".reg .b32 %wa<{4 * blocksDown}>, %wb<{2 * blocksAcross}>, %wp;");
        for (int step = (int)writer.Constant(5); step < writer.Constant(6); step++)
        {
            operandA.Load(step, tf32);
            operandB.Load(step, tf32);
            for (int j = 0; j < blocksAcross; j++)
            {
                for (int i = 0; i < blocksDown; i++)
                {
                    string c = PtxWriter.List([.. sum.Skip(4 * (i * blocksAcross + j)).Take(4)]);
                    writer.Line($"mma.sync.aligned.{instruction} {c}, {operandA.Block(4 * i, 4)}, {operandB.Block(2 * j, 2)}, {c};");
                }
            }
        }
        writer.Line("}");
    }

    static void EmitStore<TTile, TSum>(PTXBackend backend, PTXCodeGenerator generator, Value value) where TTile : struct, IMmaTile
    {
        int blocksAcross = default(TTile).Columns / default(TTile).WarpsAcross / 8;
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
}
