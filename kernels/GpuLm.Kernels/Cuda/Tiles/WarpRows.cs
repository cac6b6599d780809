using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace GpuLm.Kernels.Cuda.Tiles;

/// <summary>
/// What a warp knows of each of its rows, at most 32: a thread holds the numbers of its four rows of <see cref="WarpSums"/>, and the four
/// threads of a quad share rows. Widths are constants.
/// </summary>
public static class WarpRows
{
    /// <summary>The same number for every row.</summary>
    public static Float4 All(float value) => new() { X = value, Y = value, Z = value, W = value };

    /// <summary>The larger of <paramref name="max"/> and the largest number of each row, for the whole quad.</summary>
    [IntrinsicImplementation, PtxHandler(nameof(EmitMax))]
    public static Float4 Max<TSum>(TSum scores, Float4 max, int width) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Adds the sum of this thread's numbers of each row.</summary>
    [IntrinsicImplementation, PtxHandler(nameof(EmitAddSums))]
    public static Float4 AddSums<TSum>(Float4 sums, TSum scores, int width) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>2^(factor x - offset), the offset being the row's.</summary>
    [IntrinsicImplementation, PtxHandler(nameof(EmitExponentiate))]
    public static TSum Exponentiate<TSum>(TSum scores, float factor, Float4 offset, int width) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>
    /// Multiplies each number by its row's factor; where all of this thread's factors are 1, as when no maximum grew, nothing is done.
    /// </summary>
    [IntrinsicImplementation, PtxHandler(nameof(EmitScale))]
    public static TSum Scale<TSum>(TSum sum, Float4 factor, int width) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>The sum over the quad, for each of its threads.</summary>
    public static Float4 QuadSum(Float4 x) => new() { X = QuadSum(x.X), Y = QuadSum(x.Y), Z = QuadSum(x.Z), W = QuadSum(x.W) };

    static float QuadSum(float x)
    {
        x += Warps.ShuffleXor(x, 1);
        return x + Warps.ShuffleXor(x, 2);
    }

    static void EmitMax<TSum>(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var writer = new PtxWriter(generator, (MethodCall)value);
        var scores = new WarpSums(writer.Argument(0), (int)writer.Constant(2));
        var (old, max) = (writer.Argument(1), writer.NewResult());
        writer.Line("{");
        writer.Line(".reg .f32 %wo;");
        for (int row = 0; row < max.Count; row++)
        {
            writer.Line($"mov.f32 {max[row]}, {old[row]};");
            if (row >= scores.Rows) continue;
            foreach (string score in scores.Row(row)) writer.Line($"max.f32 {max[row]}, {max[row]}, {score};");
        }
        for (int row = 0; row < scores.Rows; row++)
        {
            for (int lane = 1; lane < 4; lane *= 2)
            {
                writer.Line($"shfl.sync.bfly.b32 %wo, {max[row]}, {lane}, 31, -1;");
                writer.Line($"max.f32 {max[row]}, {max[row]}, %wo;");
            }
        }
        writer.Line("}");
    }

    static void EmitAddSums<TSum>(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var writer = new PtxWriter(generator, (MethodCall)value);
        var scores = new WarpSums(writer.Argument(1), (int)writer.Constant(2));
        var sums = writer.TakeOver(0);
        for (int row = 0; row < scores.Rows; row++)
        {
            foreach (string score in scores.Row(row)) writer.Line($"add.f32 {sums[row]}, {sums[row]}, {score};");
        }
    }

    static void EmitExponentiate<TSum>(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var writer = new PtxWriter(generator, (MethodCall)value);
        string factor = writer.Argument(1)[0];
        var offset = writer.Argument(2);
        var scores = new WarpSums(writer.TakeOver(0), (int)writer.Constant(3));
        writer.Line("{");
        writer.Line(".reg .f32 %wn;");
        for (int row = 0; row < scores.Rows; row++)
        {
            writer.Line($"neg.f32 %wn, {offset[row]};");
            foreach (string score in scores.Row(row))
            {
                writer.Line($"fma.rn.f32 {score}, {score}, {factor}, %wn;");
                writer.Line($"ex2.approx.ftz.f32 {score}, {score};");
            }
        }
        writer.Line("}");
    }

    static void EmitScale<TSum>(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var writer = new PtxWriter(generator, (MethodCall)value);
        var factor = writer.Argument(1);
        var sum = new WarpSums(writer.TakeOver(0), (int)writer.Constant(2));
        writer.Line("{");
        writer.Line(".reg .pred %wu;");
        for (int row = 0; row < sum.Rows; row++)
        {
            writer.Line(row == 0 ? $"setp.eq.f32 %wu, {factor[0]}, 0f3F800000;" : $"setp.eq.and.f32 %wu, {factor[row]}, 0f3F800000, %wu;");
        }
        writer.Line("@%wu bra SCALED;");
        for (int row = 0; row < sum.Rows; row++)
        {
            foreach (string number in sum.Row(row)) writer.Line($"mul.f32 {number}, {number}, {factor[row]};");
        }
        writer.Line("SCALED:");
        writer.Line("}");
    }
}
