using GpuLm.Data;
using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.Training;

namespace GpuLm.Bench.Steps;

/// <summary>A model in training on random tokens: untrained seeded weights, and a few seeded batches that come round again.</summary>
public sealed class RunningStep : IDisposable
{
    const ulong Seed = 1;
    const int Batches = 8;

    /// <summary>Small enough for a loss that falls from the first update on, whatever the model's size.</summary>
    const float LearningRate = 3e-4f;

    readonly (int[] Inputs, int[] Targets)[] batches;
    int next;

    /// <summary>Allocates the model and all that its updates need.</summary>
    /// <param name="device">Where it runs; disposed after this.</param>
    /// <param name="step">What runs.</param>
    /// <exception cref="GpuLmException">The device has not enough memory, or does not allow the precision.</exception>
    public RunningStep(ComputeDevice device, StepCase step)
    {
        ArgumentNullException.ThrowIfNull(step);
        Case = step;
        Model = new Gpt(device, step.Config, Seed, step.Format);
        try
        {
            Training = new TrainingStep(Model, step.Options);
        }
        catch
        {
            Model.Dispose();
            throw;
        }
        batches = [.. Enumerable.Range(0, Batches).Select(BatchOf)];
    }

    /// <summary>What runs.</summary>
    public StepCase Case { get; }

    /// <summary>The model.</summary>
    public Gpt Model { get; }

    /// <summary>Its updates.</summary>
    public TrainingStep Training { get; }

    /// <summary>One update on the next batch; waits for its loss, which is returned.</summary>
    public float Run() => RunOn(next++ % Batches);

    /// <summary>One update on a batch.</summary>
    /// <param name="batch">Its number.</param>
    /// <param name="learningRate">The learning rate; 0 leaves the parameters as they are.</param>
    public float RunOn(int batch, float learningRate = LearningRate)
    {
        var (inputs, targets) = batches[batch];
        return Training.Run(inputs, targets, learningRate).Loss;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Training.Dispose();
        Model.Dispose();
    }

    /// <summary>A random text, each target the token that follows.</summary>
    (int[] Inputs, int[] Targets) BatchOf(int number)
    {
        var random = new CounterRandom(Seed, number);
        var text = new int[Case.Tokens + 1];
        for (int i = 0; i < text.Length; i++) text[i] = (int)random.Below(Case.Config.VocabularySize);
        return (text[..^1], text[1..]);
    }
}
