using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace GpuLm.Kernels.Cuda.Tiles;

/// <summary>
/// Products of a warp's rows by a whole tile in shared memory: bf16 operands, fp32 sums in the layout of <see cref="WarpSums"/>. Sizes are
/// constants; how many rows the warp has follows from the number of its sums.
/// </summary>
public static class WarpProduct
{
    /// <summary>sum += A B^T.</summary>
    /// <param name="sum">The warp's rows of [rowsA, rowsB].</param>
    /// <param name="a">The warp's rows of A [rowsA, depth], <see cref="PanelTile.DownFirst"/>.</param>
    /// <param name="b">B [rowsB, depth], <see cref="PanelTile.AcrossFirst"/>.</param>
    /// <param name="rowsA">Rows of the whole tile A.</param>
    /// <param name="rowsB">Rows of B.</param>
    /// <param name="depth">Terms of a sum.</param>
    [IntrinsicImplementation, PtxHandler(nameof(EmitAddTransposed))]
    public static TSum AddTransposed<TSum>(TSum sum, uint a, uint b, int rowsA, int rowsB, int depth) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>sum += A B, where A is another product's sums, rounded to bf16 on the way.</summary>
    /// <param name="sum">The warp's rows of [rowsA, width].</param>
    /// <param name="a">The warp's rows of [rowsA, depth].</param>
    /// <param name="b">B [depth, width], <see cref="PanelTile.DownFirst"/>.</param>
    /// <param name="depth">Terms of a sum.</param>
    /// <param name="width">Columns of B.</param>
    [IntrinsicImplementation, PtxHandler(nameof(EmitAdd))]
    public static TSum Add<TSum, TA>(TSum sum, TA a, uint b, int depth, int width) => throw PtxIntrinsics.OnlyOnCuda;

    static void EmitAddTransposed<TSum>(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var writer = new PtxWriter(generator, (MethodCall)value);
        string a = writer.Argument(1)[0], b = writer.Argument(2)[0];
        long rowsA = writer.Constant(3), rowsB = writer.Constant(4), depth = writer.Constant(5);
        var sum = new WarpSums(writer.TakeOver(0), (int)rowsB);
        writer.Line("{");
        writer.Line($".reg .b32 %wa<{4 * sum.BlocksDown}>, %wb<4>, %wp, %wq;");
        for (int k = 0; k < depth / 16; k++)
        {
            long panel = k / 4, flipped = k % 4 * 32;
            writer.Line($"xor.b32 %wp, {a}, {flipped};");
            writer.Line($"xor.b32 %wq, {b}, {flipped};");
            for (int down = 0; down < sum.BlocksDown; down++) Load(writer, FragmentA(down), "", "%wp", panel * rowsA + 16 * down);
            for (int pair = 0; pair < sum.BlocksAcross / 2; pair++)
            {
                Load(writer, "%wb0, %wb1, %wb2, %wb3", "", "%wq", panel * rowsB + 16 * pair);
                MultiplyAddPair(writer, sum, pair);
            }
        }
        writer.Line("}");
    }

    static void EmitAdd<TSum, TA>(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var writer = new PtxWriter(generator, (MethodCall)value);
        long depth = writer.Constant(3), width = writer.Constant(4);
        var a = new WarpSums(writer.Argument(1), (int)depth);
        string b = writer.Argument(2)[0];
        var sum = new WarpSums(writer.TakeOver(0), (int)width);
        writer.Line("{");
        writer.Line($".reg .b32 %wa<{4 * sum.BlocksDown}>, %wb<4>, %wp;");
        for (int k = 0; k < depth / 16; k++)
        {
            for (int down = 0; down < sum.BlocksDown; down++) Pack(writer, a, down, k);
            for (int pair = 0; pair < sum.BlocksAcross / 2; pair++)
            {
                writer.Line($"xor.b32 %wp, {b}, {pair % 4 * 32};");
                Load(writer, "%wb0, %wb1, %wb2, %wb3", ".trans", "%wp", pair / 4 * depth + 16 * k);
                MultiplyAddPair(writer, sum, pair);
            }
        }
        writer.Line("}");
    }

    static void Load(PtxWriter writer, string registers, string transposed, string address, long row) =>
        writer.Line($"ldmatrix.sync.aligned.m8n8.x4{transposed}.shared.b16 {{{registers}}}, [{address}+{row * PanelTile.RowBytes}];");

    /// <summary>Two blocks of sums side by side are a block of A, with their pairs as they lie in the threads.</summary>
    static void Pack(PtxWriter writer, WarpSums a, int down, int k)
    {
        for (int part = 0; part < 4; part++)
        {
            int row = 2 * down + part % 2, across = 2 * k + part / 2;
            writer.Line($"cvt.rn.bf16x2.f32 %wa{4 * down + part}, {a[row, across, 1]}, {a[row, across, 0]};");
        }
    }

    static void MultiplyAddPair(PtxWriter writer, WarpSums sum, int pair)
    {
        for (int down = 0; down < sum.BlocksDown; down++)
        {
            for (int half = 0; half < 2; half++)
            {
                string a = FragmentA(down), b = $"%wb{2 * half}, %wb{2 * half + 1}", c = sum.Block(down, 2 * pair + half);
                writer.Line($"mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {c}, {{{a}}}, {{{b}}}, {c};");
            }
        }
    }

    static string FragmentA(int down) => $"%wa{4 * down}, %wa{4 * down + 1}, %wa{4 * down + 2}, %wa{4 * down + 3}";
}
