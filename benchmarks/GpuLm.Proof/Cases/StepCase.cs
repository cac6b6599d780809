using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.Training;

namespace GpuLm.Proof.Cases;

/// <summary>
/// Training steps of a GPT-2 on one seeded batch: forward, backward, clipping, AdamW. The first loss must be that of a model that knows
/// nothing, ln V, and the last one lower: whoever computes nothing is not timed.
/// </summary>
sealed class StepCase : ProofCase
{
    const float LearningRate = 3e-4f;
    const double FirstLossTolerance = 0.5;
    readonly GptConfig config;
    readonly Gpt model;
    readonly TrainingStep step;
    readonly long bytes;
    readonly int[] inputs, targets;
    float firstLoss = float.NaN, lastLoss = float.NaN;

    public StepCase(ComputeDevice device, CaseSpec spec, Precision precision) : base(device, precision)
    {
        int batch = spec.Shape[0], length = spec.Shape[1];
        config = new GptConfig(spec.Shape[2], spec.Shape[3], spec.Shape[4], length, spec.Shape[5]);
        var format = new ModelFormat(precision.Format == NumberFormat.Bf16 ? Models.Precision.Bf16 : Models.Precision.Fp32);
        var options = new TrainingOptions { Batch = batch, SequenceLength = length };
        bytes = MemoryPlan.Of(config, options, format).Total;
        model = new Gpt(device, config, seed: 1, format);
        try
        {
            step = new TrainingStep(model, options);
        }
        catch
        {
            model.Dispose();
            throw;
        }
        // Some tokens are far more frequent than others, as in a text, so that there is something to learn.
        var random = new Random(1);
        int Token() => (int)(config.VocabularySize * Math.Pow(random.NextDouble(), 3));
        int[] text = [.. Enumerable.Range(0, batch * length + 1).Select(_ => Token())];
        (inputs, targets) = (text[..^1], text[1..]);
    }

    public override Work Work => new(inputs.Length, "tokens/s", 1);

    public override string? Detail =>
        FormattableString.Invariant($"loss {firstLoss:f3} to {lastLoss:f3} in {step.Updates} steps on one batch, {bytes / 1e9:f1} GB");

    public override void Launch() => (lastLoss, _) = step.Run(inputs, targets, LearningRate);

    public override void VerifyFirst()
    {
        Launch();
        firstLoss = lastLoss;
        double expected = Math.Log(config.VocabularySize);
        if (!(Math.Abs(firstLoss - expected) <= FirstLossTolerance))
        {
            throw new WrongResultException(
                FormattableString.Invariant($"the first loss is {firstLoss}, not {expected:f3} within {FirstLossTolerance}"));
        }
    }

    public override void VerifyLast()
    {
        if (lastLoss < firstLoss) return;
        throw new WrongResultException(FormattableString.Invariant($"the loss went from {firstLoss} to {lastLoss}: nothing was learned"));
    }

    public override void Dispose()
    {
        step.Dispose();
        model.Dispose();
        base.Dispose();
    }

    protected override IEnumerable<Expected> Sample() => [];
}
