using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace GpuLm.Kernels.Cuda.Tiles;

/// <summary>Work on each number of a warp's tile of sums (<see cref="WarpSums"/>). Widths and signs are constants.</summary>
public static class WarpScores
{
    /// <summary>Every column of the tile starts at one of the numbers from an address on; this thread's are two of each eight.</summary>
    [IntrinsicImplementation, PtxHandler(nameof(EmitFromColumns))]
    public static TSum FromColumns<TSum>(uint address, int width) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Every row of the tile starts at one of the numbers from an address on; this thread's are one of each eight.</summary>
    [IntrinsicImplementation, PtxHandler(nameof(EmitFromRows))]
    public static TSum FromRows<TSum>(uint address, int width) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>
    /// Keeps a number where <paramref name="margin"/> + <paramref name="sign"/> (row - column), counted from this thread's first number, is
    /// not negative, and makes it minus infinity elsewhere. The sign is 1 or -1. Where the warp's <paramref name="deepest"/>, the smallest
    /// value of that sum in its tile, is not negative, nothing is done.
    /// </summary>
    /// <remarks>The branch is in here because a condition around the call would cost a copy of all numbers.</remarks>
    [IntrinsicImplementation, PtxHandler(nameof(EmitMask))]
    public static TSum Mask<TSum>(TSum scores, int deepest, int margin, int sign, int width) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>2^(factor x).</summary>
    [IntrinsicImplementation, PtxHandler(nameof(EmitExponentiate))]
    public static TSum Exponentiate<TSum>(TSum scores, float factor) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>The product, number by number; it takes the place of <paramref name="x"/>.</summary>
    [IntrinsicImplementation, PtxHandler(nameof(EmitMultiply))]
    public static TSum Multiply<TSum>(TSum x, TSum y) => throw PtxIntrinsics.OnlyOnCuda;

    static void EmitFromColumns<TSum>(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var writer = new PtxWriter(generator, (MethodCall)value);
        string address = writer.Argument(0)[0];
        var sum = new WarpSums(writer.NewResult(), (int)writer.Constant(1));
        for (int across = 0; across < sum.BlocksAcross; across++)
        {
            writer.Line($"ld.shared.v2.f32 {{{sum[0, across, 0]}, {sum[0, across, 1]}}}, [{address}+{8 * sizeof(float) * across}];");
            for (int row = 1; row < sum.Rows; row++)
            {
                for (int column = 0; column < 2; column++) writer.Line($"mov.f32 {sum[row, across, column]}, {sum[0, across, column]};");
            }
        }
    }

    static void EmitFromRows<TSum>(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var writer = new PtxWriter(generator, (MethodCall)value);
        string address = writer.Argument(0)[0];
        var sum = new WarpSums(writer.NewResult(), (int)writer.Constant(1));
        for (int row = 0; row < sum.Rows; row++)
        {
            string first = sum[row, 0, 0];
            writer.Line($"ld.shared.f32 {first}, [{address}+{8 * sizeof(float) * row}];");
            foreach (string other in sum.Row(row).Skip(1)) writer.Line($"mov.f32 {other}, {first};");
        }
    }

    static void EmitMask<TSum>(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var writer = new PtxWriter(generator, (MethodCall)value);
        string deepest = writer.Argument(1)[0], margin = writer.Argument(2)[0];
        long sign = writer.Constant(3);
        var scores = new WarpSums(writer.TakeOver(0), (int)writer.Constant(4));
        writer.Line("{");
        writer.Line(".reg .pred %wk;");
        writer.Line($"setp.ge.s32 %wk, {deepest}, 0;");
        writer.Line("@%wk bra MASKED;");
        for (int row = 0; row < scores.Rows; row++)
        {
            for (int column = 0; column < 2 * scores.BlocksAcross; column++)
            {
                string score = scores[row, column / 2, column % 2];
                writer.Line($"setp.ge.s32 %wk, {margin}, {sign * (8 * (column / 2) + column % 2 - 8 * row)};");
                writer.Line($"selp.f32 {score}, {score}, 0fFF800000, %wk;");
            }
        }
        writer.Line("MASKED:");
        writer.Line("}");
    }

    static void EmitExponentiate<TSum>(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var writer = new PtxWriter(generator, (MethodCall)value);
        string factor = writer.Argument(1)[0];
        foreach (string score in writer.TakeOver(0))
        {
            writer.Line($"mul.f32 {score}, {score}, {factor};");
            writer.Line($"ex2.approx.ftz.f32 {score}, {score};");
        }
    }

    static void EmitMultiply<TSum>(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var writer = new PtxWriter(generator, (MethodCall)value);
        var (y, x) = (writer.Argument(1), writer.TakeOver(0));
        for (int i = 0; i < x.Count; i++) writer.Line($"mul.f32 {x[i]}, {x[i]}, {y[i]};");
    }
}
