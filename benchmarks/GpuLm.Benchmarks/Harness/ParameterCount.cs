namespace GpuLm.Benchmarks.Harness;

/// <summary>How many parameters an optimizer's call has here: on a CPU a block's, on other devices all of them.</summary>
static class ParameterCount
{
    /// <summary>A multiple of four, so that every kernel can take them.</summary>
    public static int Of(ModelShape model, Target target) =>
        (int)Math.Min(target.IsCpu ? model.BlockParameters : model.Parameters, int.MaxValue) / 4 * 4;
}
