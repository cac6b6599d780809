using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace GpuLm.Kernels.MatMul.Cuda.Wgmma;

/// <summary>
/// What a warp group does with its half of a group's tile: blocks of 64 rows, each as wide as the tile. Of a block its warps hold 16 rows
/// each, and of these a thread the elements that it holds of an m16n8 tile in <see cref="TensorCore"/>, eight columns at a time.
/// </summary>
static class WarpGroupTile
{
    /// <summary>Terms of K in a stage.</summary>
    public const int Depth = 64;

    /// <summary>Columns of a panel where K runs down: 128 bytes.</summary>
    public const int PanelColumns = 64;

    /// <summary>Rows of one wgmma.</summary>
    public const int BlockRows = 64;

    /// <summary>Columns of a part of the sums that <see cref="StorePart"/> writes.</summary>
    public const int PartColumns = 64;

    /// <summary>Bytes of a row of a part.</summary>
    public const int PartRowBytes = PartColumns * sizeof(float);

    /// <summary>Bytes of eight fp32 numbers.</summary>
    public const int ChunkBytes = 8 * sizeof(float);

    const int StepDepth = 16, PanelBytes = Depth * MatrixDescriptor.RowBytes;

    /// <summary>Blocks of a warp group's half.</summary>
    public static int Blocks<TTile>() where TTile : struct, IWgmmaTile => default(TTile).Rows / 2 / BlockRows;

    /// <summary>
    /// Starts sum += A B over one stage; the sums may not be touched before <see cref="WarpGroups.WaitForAllBut"/>.
    /// </summary>
    [IntrinsicImplementation, PtxHandler(nameof(EmitMultiplyAdd))]
    public static TSum MultiplyAdd<TTile, TLayout, TSum>(TSum sum, ulong a, ulong b) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>
    /// Writes 64 columns of a warp's 16 rows of a block as rows of 256 bytes; eight numbers form a chunk, and <paramref name="address"/> is
    /// that of this lane's place in the first chunk's place in its row, which the numbers of the other chunks are exclusive-ored to. Parts
    /// count across a block, then down the blocks.
    /// </summary>
    [IntrinsicImplementation, PtxHandler(nameof(EmitStorePart))]
    public static void StorePart<TTile, TSum>(TSum sum, int part, uint address) => throw PtxIntrinsics.OnlyOnCuda;

    static void EmitMultiplyAdd<TTile, TLayout, TSum>(PTXBackend backend, PTXCodeGenerator generator, Value value)
        where TTile : struct, IWgmmaTile where TLayout : struct, IOperandLayout
    {
        var (tile, layout) = (default(TTile), default(TLayout));
        var (stepA, stepB) = (StepBytes(layout.TransposeA), StepBytes(!layout.TransposeB));
        var (majorA, majorB) = (layout.TransposeA ? 1 : 0, layout.TransposeB ? 0 : 1);
        var writer = new PtxWriter(generator, (MethodCall)value);
        string a = writer.Argument(1)[0], b = writer.Argument(2)[0];
        var sum = writer.TakeOver(0);
        int length = sum.Count / Blocks<TTile>();
        writer.Line("{");
        writer.Line(".reg .pred %wt;");
        writer.Line(".reg .b64 %wa, %wb;");
        writer.Line("setp.eq.u32 %wt, 0, 0;");
        for (int k = 0; k < Depth / StepDepth; k++)
        {
            writer.Line($"add.s64 %wb, {b}, {k * stepB / 16};");
            for (int block = 0; block < Blocks<TTile>(); block++)
            {
                writer.Line($"add.s64 %wa, {a}, {(block * PanelBytes + k * stepA) / 16};");
                string sums = PtxWriter.List([.. sum.Skip(block * length).Take(length)]), size = $"m64n{tile.Columns}k16";
                writer.Line($"wgmma.mma_async.sync.aligned.{size}.f32.bf16.bf16 {sums}, %wa, %wb, %wt, 1, 1, {majorA}, {majorB};");
            }
        }
        writer.Line("}");
    }

    /// <summary>From one step of 16 along K to the next, see <see cref="MatrixDescriptor"/>.</summary>
    static int StepBytes(bool acrossK) => StepDepth * (acrossK ? MatrixDescriptor.RowBytes : sizeof(ushort));

    static void EmitStorePart<TTile, TSum>(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var writer = new PtxWriter(generator, (MethodCall)value);
        var sum = writer.Argument(0);
        string part = writer.Argument(1)[0], address = writer.Argument(2)[0];
        const int numbers = PartColumns / 2;
        writer.Line("{");
        writer.Line(".reg .pred %ws;");
        writer.Line(".reg .b32 %wp;");
        for (int first = 0; first < sum.Count; first += numbers)
        {
            writer.Line($"setp.ne.s32 %ws, {part}, {first / numbers};");
            writer.Line($"@%ws bra NEXT_{first};");
            for (int i = 0; i < numbers; i += 2)
            {
                if (i % 4 == 0) writer.Line($"xor.b32 %wp, {address}, {i / 4 * ChunkBytes};");
                writer.Line($"st.shared.v2.f32 [%wp+{i % 4 / 2 * 8 * PartRowBytes}], {{{sum[first + i]}, {sum[first + i + 1]}}};");
            }
            writer.Line($"NEXT_{first}:");
        }
        writer.Line("}");
    }
}
