using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>Shows a run while it goes.</summary>
interface ITrainingDisplay
{
    /// <summary>A step is done.</summary>
    void Show(StepReport report);

    /// <summary>The model wrote a sample, which is safe to show.</summary>
    void Sample(string text);

    /// <summary>Something happened: the run was saved, or is about to stop. May come from any thread.</summary>
    void Say(string line);
}
