using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace GpuLm.Kernels.Cuda.Tiles;

/// <summary>Starts to copy a thread's chunks of a <see cref="PanelTile"/> from global into shared memory.</summary>
static class TileCopy
{
    /// <summary>
    /// Chunks of 16 bytes: <paramref name="count"/> in each of <paramref name="panels"/> panels. The chunks of a panel lie
    /// <paramref name="rowStep"/> rows apart, which are <paramref name="stride"/> bytes in global memory; from panel to panel it is
    /// 128 bytes there and <paramref name="panelBytes"/> in shared memory. Counted from the first chunk, bytes from
    /// <paramref name="bytes"/> on become zero; rows from <paramref name="rows"/> on do too where <paramref name="zeroRows"/>, else they
    /// keep what they held. Nothing of both is read. The last five are constants.
    /// </summary>
    [IntrinsicImplementation, PtxHandler(nameof(EmitStart))]
    public static void Start(
        uint shared, ref byte global, long stride, int rows, int bytes, int count, int rowStep, int panels, int panelBytes,
        bool zeroRows) =>
        throw PtxIntrinsics.OnlyOnCuda;

    static void EmitStart(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var writer = new PtxWriter(generator, (MethodCall)value);
        string shared = writer.Argument(0)[0], global = writer.Argument(1)[0], stride = writer.Argument(2)[0];
        string rows = writer.Argument(3)[0], bytes = writer.Argument(4)[0];
        long count = writer.Constant(5), rowStep = writer.Constant(6), panels = writer.Constant(7), panelBytes = writer.Constant(8);
        bool zeroRows = writer.Constant(9) != 0;
        writer.Line("{");
        writer.Line(".reg .pred %cp;");
        writer.Line($".reg .b32 %cs, %cb<{panels}>;");
        writer.Line(".reg .b64 %cg;");
        for (long panel = 0; panel < panels; panel++)
        {
            writer.Line($"sub.s32 %cb{panel}, {bytes}, {panel * PanelTile.RowBytes};");
            writer.Line($"min.s32 %cb{panel}, %cb{panel}, 16;");
            writer.Line($"max.s32 %cb{panel}, %cb{panel}, 0;");
        }
        writer.Line($"mov.b64 %cg, {global};");
        for (long i = 0; i < count; i++)
        {
            if (i > 0) writer.Line($"add.s64 %cg, %cg, {stride};");
            writer.Line($"setp.gt.s32 %cp, {rows}, {i * rowStep};");
            for (long panel = 0; panel < panels; panel++)
            {
                if (zeroRows) writer.Line($"selp.b32 %cs, %cb{panel}, 0, %cp;");
                var (condition, size) = zeroRows ? ("", "%cs") : ("@%cp ", $"%cb{panel}");
                long target = panel * panelBytes + i * rowStep * PanelTile.RowBytes;
                writer.Line($"{condition}cp.async.cg.shared.global [{shared}+{target}], [%cg+{panel * PanelTile.RowBytes}], 16, {size};");
            }
        }
        writer.Line("}");
    }
}
