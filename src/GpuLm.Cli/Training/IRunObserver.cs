using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>Learns what happens in a run: shows it, or keeps it.</summary>
interface IRunObserver
{
    /// <summary>A step is done.</summary>
    void OnStep(StepReport report);

    /// <summary>The model wrote a sample.</summary>
    void OnSample(TrainingSample sample)
    {
    }

    /// <summary>Something happened: the run was saved, or is about to stop. May come from any thread.</summary>
    void OnMessage(string line)
    {
    }
}

/// <summary>What the model makes up in the middle of a run, or at its end.</summary>
/// <param name="Step">Updates made before.</param>
/// <param name="Prompt">What it continued.</param>
/// <param name="Seed">The seed of its choices: the same prompt and seed at different steps compare.</param>
/// <param name="Text">
/// The continuation. Safe to show: whole characters, and no control characters but tab and line feed.
/// </param>
sealed record TrainingSample(int Step, string Prompt, ulong Seed, string Text)
{
    /// <summary>Prompt and continuation, as people read them.</summary>
    public string Shown => (Prompt + Text).Trim();
}

/// <summary>Several observers as one.</summary>
sealed class RunObservers(params IReadOnlyList<IRunObserver> observers) : IRunObserver
{
    public void OnStep(StepReport report)
    {
        foreach (var observer in observers) observer.OnStep(report);
    }

    public void OnSample(TrainingSample sample)
    {
        foreach (var observer in observers) observer.OnSample(sample);
    }

    public void OnMessage(string line)
    {
        foreach (var observer in observers) observer.OnMessage(line);
    }
}
