using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>Why a step was not applied, in words.</summary>
static class FaultNames
{
    static readonly Dictionary<StepFault, string> Names = new()
    {
        [StepFault.NotFinite] = "not_finite", [StepFault.LossOutlier] = "loss_outlier", [StepFault.GradientOutlier] = "gradient_outlier",
    };

    /// <summary>As <c>metrics.jsonl</c> has it.</summary>
    public static string Of(StepFault fault) => Names[fault];

    /// <summary>What <c>metrics.jsonl</c> says; nothing where it names no fault.</summary>
    public static StepFault? Parse(string? name) =>
        Names.Where(pair => pair.Value == name).Select(pair => (StepFault?)pair.Key).FirstOrDefault();

    /// <summary>For the user.</summary>
    public static string Describe(StepFault fault) => fault switch
    {
        StepFault.NotFinite => "its loss or gradient is not finite",
        StepFault.LossOutlier => "its loss is an outlier",
        _ => "its gradient norm is an outlier",
    };
}
