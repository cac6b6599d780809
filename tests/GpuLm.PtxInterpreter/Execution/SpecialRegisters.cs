namespace GpuLm.PtxInterpreter.Execution;

/// <summary>The special registers that do not change while a block runs; each has a register slot, filled when the block starts.</summary>
static unsafe class SpecialRegisters
{
    public static bool Knows(string name) => name is "%laneid" or "%warpid" or "%nwarpid" or "%smid" or "%nsmid" or "%gridid"
        or "%cluster_ctarank" or "%cluster_nctarank" or "%dynamic_smem_size" or "%total_smem_size"
        || name.StartsWith("%lanemask_", StringComparison.Ordinal)
        || name is ['%', .., '.', 'x' or 'y' or 'z'] && name[..^2] is "%tid" or "%ntid" or "%ctaid" or "%nctaid" or "%clusterid"
            or "%nclusterid" or "%cluster_ctaid" or "%cluster_nctaid";

    /// <summary>Fills the slots that stay the same in every block.</summary>
    public static void FillOnce(Warp warp, KernelProgram program)
    {
        foreach (var (offset, stride, name) in program.Specials)
        {
            for (int lane = 0; lane < 32; lane++) new Lanes(offset, stride).Write(warp, lane, Value(warp, lane, name));
        }
    }

    /// <summary>Fills the slots that say which block this is.</summary>
    public static void Fill(Warp warp)
    {
        foreach (var (offset, stride, name) in warp.Block.Program.Specials)
        {
            if (name[1] == 'c' || name == "%smid") warp.FillSlot(offset, stride, Value(warp, 0, name));
        }
    }

    static ulong Value(Warp warp, int lane, string name)
    {
        var block = warp.Block;
        return name switch
        {
            "%laneid" => (uint)lane,
            "%warpid" => (uint)warp.Index,
            "%nwarpid" => 64,
            "%smid" => (uint)(block.Index.X % 132),
            "%nsmid" => 132,
            "%lanemask_eq" => 1u << lane,
            "%lanemask_lt" => (1u << lane) - 1,
            "%lanemask_le" => 2 * (1u << lane) - 1,
            "%lanemask_gt" => ~(2 * (1u << lane) - 1),
            "%lanemask_ge" => ~((1u << lane) - 1),
            "%dynamic_smem_size" => (uint)block.Launch.DynamicSharedBytes,
            "%total_smem_size" => (uint)block.SharedBytes,
            "%cluster_nctarank" => 1,
            "%gridid" or "%cluster_ctarank" => 0,
            _ => (uint)Component(name[..^2] switch
            {
                "%tid" => Thread(warp.Index * 32 + lane, block.Launch.Block),
                "%ntid" => block.Launch.Block,
                "%ctaid" or "%clusterid" => block.Index,
                "%nctaid" or "%nclusterid" => block.Launch.Grid,
                "%cluster_nctaid" => (1, 1, 1),
                _ => (0, 0, 0),
            }, name[^1]),
        };
    }

    static (int X, int Y, int Z) Thread(int linear, (int X, int Y, int Z) size) =>
        (linear % size.X, linear / size.X % size.Y, linear / size.X / size.Y);

    static int Component((int X, int Y, int Z) value, char axis) => axis switch { 'x' => value.X, 'y' => value.Y, _ => value.Z };
}
