using GpuLm.Bench.Steps;
using GpuLm.Kernels.Common;

namespace GpuLm.Bench.Scaling;

/// <summary>Something that a sweep times at a setting.</summary>
/// <param name="Point">The setting.</param>
/// <param name="What">What is called, <see cref="Step"/> or a kernel that shows a ceiling.</param>
/// <param name="Flops">Floating-point operations of a call.</param>
/// <param name="Bytes">Memory traffic of a call at least.</param>
/// <param name="Launches">Launches of a call.</param>
/// <param name="Call">Does it, and waits.</param>
sealed record SweepCall(SweepPoint Point, string What, double Flops, double Bytes, int Launches, Action Call)
{
    /// <summary>A whole training step.</summary>
    public const string Step = "training step";

    /// <summary>Unique in its sweep.</summary>
    public string Name => $"{Point.Setting}, {What}";

    /// <summary>A running step.</summary>
    public static SweepCall Of(SweepPoint point, RunningStep step)
    {
        var work = StepWork.Of(point.Step);
        return new SweepCall(
            point, Step, point.Step.ModelFlops, work.Sum(family => family.Bytes), work.Sum(family => family.Launches), () => step.Run());
    }
}
