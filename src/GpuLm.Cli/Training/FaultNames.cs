using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>Why a step was not applied, in words.</summary>
static class FaultNames
{
    /// <summary>As <c>metrics.jsonl</c> has it.</summary>
    public static string Of(StepFault fault) => fault switch
    {
        StepFault.NotFinite => "not_finite",
        StepFault.LossOutlier => "loss_outlier",
        _ => "gradient_outlier",
    };

    /// <summary>For the user.</summary>
    public static string Describe(StepFault fault) => fault switch
    {
        StepFault.NotFinite => "its loss or gradient is not finite",
        StepFault.LossOutlier => "its loss is an outlier",
        _ => "its gradient norm is an outlier",
    };
}
