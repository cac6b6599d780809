using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace GpuLm.Kernels.MatMul.Cuda;

/// <summary>Starts to copy parts of an operand into shared memory.</summary>
static class TileCopy
{
    /// <summary>
    /// One chunk of 16 bytes for each of <paramref name="count"/> rows, which lie <paramref name="rowStep"/> rows of a panel and
    /// <paramref name="stride"/> bytes of global memory apart. Rows from <paramref name="rows"/> on, and bytes beyond
    /// <paramref name="bytes"/> of the chunk, become zero. Count and rowStep are constants.
    /// </summary>
    [IntrinsicImplementation, PtxHandler(nameof(EmitStart))]
    public static void Start(uint shared, ref UInt4 global, long stride, int rows, int bytes, int count, int rowStep) => throw PtxIntrinsics.OnlyOnCuda;

    static void EmitStart(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var writer = new PtxWriter(generator, (MethodCall)value);
        string shared = writer.Argument(0)[0], global = writer.Argument(1)[0], stride = writer.Argument(2)[0];
        string rows = writer.Argument(3)[0], bytes = writer.Argument(4)[0];
        long count = writer.Constant(5), rowStep = writer.Constant(6);
        writer.Line("{");
        writer.Line(".reg .pred %cp;");
        writer.Line(".reg .b32 %cb;");
        writer.Line(".reg .b64 %cg;");
        writer.Line($"mov.b64 %cg, {global};");
        for (int i = 0; i < count; i++)
        {
            if (i > 0) writer.Line($"add.s64 %cg, %cg, {stride};");
            writer.Line($"setp.gt.s32 %cp, {rows}, {i * rowStep};");
            writer.Line($"selp.b32 %cb, {bytes}, 0, %cp;");
            writer.Line($"cp.async.cg.shared.global [{shared}+{i * rowStep * WarpTile.RowBytes}], [%cg], 16, %cb;");
        }
        writer.Line("}");
    }
}
