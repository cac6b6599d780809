using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using GpuLm.Checkpoints;
using GpuLm.Data;
using GpuLm.Models;

namespace GpuLm.Training;

/// <summary>Trains a model on a text: batches, schedule, updates, validation. <see cref="TrainingStep"/> is what an update does.</summary>
public sealed class Trainer : IDisposable
{
    const int FingerprintLength = 16;

    readonly Gpt model;
    readonly TokenDataset data;
    readonly TrainingOptions options;
    readonly TrainingStep step;
    readonly Stopwatch clock = new();
    StepJudge judge;
    TimeSpan timeBefore;

    /// <summary>Allocates all that training needs: gradients, moments and activations.</summary>
    /// <param name="model">The model, which is updated in place; the caller disposes it after the trainer.</param>
    /// <param name="data">The text.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="GpuLmException">The text is too short, the vocabularies differ, or the device has not enough memory.</exception>
    public Trainer(Gpt model, TokenDataset data, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        (this.model, this.data, this.options) = (model, data, options);
        step = new TrainingStep(model, options);
        judge = new StepJudge(options.SkipOutliers);
        data.RequireLength(step.Length);
    }

    /// <summary>Steps done so far, applied or not: the batches and the learning rate follow this count.</summary>
    public int StepsDone { get; private set; }

    /// <summary>Steps that were applied: the count that AdamW corrects its moments by.</summary>
    public int Updates => step.Updates;

    /// <summary>What is remembered of the steps to judge the next ones by.</summary>
    public StepJudgeState JudgeState => judge.State;

    /// <summary>Tokens trained on so far.</summary>
    public long TokensSeen { get; private set; }

    /// <summary>The time that training took so far, the run's time before it was resumed included.</summary>
    public TimeSpan Elapsed => timeBefore + clock.Elapsed;

    /// <summary>B T times the passes of a step.</summary>
    public long TokensPerStep => (long)step.Batch * step.Length * options.Accumulate;

    /// <summary>The device's peak FLOP/s, if it was measured: reports then carry the utilization.</summary>
    public double PeakFlops { get; init; } = double.NaN;

    /// <summary>The gradients of the last step.</summary>
    public GptGradients Gradients => step.Gradients;

    /// <summary>The optimizer's moments.</summary>
    public AdamWMoments Moments => step.Moments;

    /// <summary>Where the run stands.</summary>
    public TrainingState CaptureState() => new()
    {
        Step = StepsDone, Updates = Updates, Judge = judge.State, Tokens = TokensSeen, Seconds = Elapsed.TotalSeconds,
        NextBatch = NextBatchFingerprint(),
    };

    /// <summary>Goes on where a run stood. Parameters and moments are the caller's to restore.</summary>
    public void ContinueFrom(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        step.ContinueFrom(state.Updates);
        judge = new StepJudge(options.SkipOutliers, state.Judge);
        (StepsDone, TokensSeen, timeBefore) = (state.Step, state.Tokens, TimeSpan.FromSeconds(state.Seconds));
    }

    /// <summary>Bytes that training a model needs on the device.</summary>
    /// <param name="config">The model.</param>
    /// <param name="options">Batch, sequence length and recomputation.</param>
    /// <param name="format">The model's numbers; null means fp32.</param>
    public static MemoryPlan Plan(GptConfig config, TrainingOptions options, ModelFormat? format = null) =>
        MemoryPlan.Of(config, options, format ?? ModelFormat.Fp32);

    /// <summary>Trains until the options' end.</summary>
    /// <param name="onStep">Called after each step.</param>
    /// <param name="cancellation">Ends training after the running step.</param>
    /// <exception cref="TrainingStoppedException">
    /// <see cref="TrainingOptions.MaxBadSteps"/> steps in a row were not applied. The weights are those of the last one that was.
    /// </exception>
    public void Run(Action<StepReport> onStep, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(onStep);
        clock.Start();
        bool last = Progress() >= 1;
        while (!cancellation.IsCancellationRequested && !last)
        {
            double start = Elapsed.TotalSeconds;
            float learningRate = LearningRateSchedule.At(options, StepsDone, Progress());
            var (loss, norm, fault) = Step(learningRate);
            double seconds = Elapsed.TotalSeconds - start, tokensPerSecond = TokensPerStep / seconds;
            last = Progress() >= 1;
            bool validates = last || (options.EvaluateEvery > 0 && StepsDone % options.EvaluateEvery == 0);
            float? validationLoss = validates ? (float)Validate() : null;
            onStep(new StepReport(
                StepsDone, TokensSeen, Elapsed.TotalSeconds, loss, validationLoss,
                validationLoss is { } nats ? data.BitsPerByte(nats) : null, learningRate, norm, tokensPerSecond,
                tokensPerSecond * model.Config.FlopsPerToken(step.Length) / PeakFlops) { Fault = fault, Skipped = judge.Skipped });
            if (judge.InARow >= options.MaxBadSteps) throw Stop(fault!.Value);
        }
    }

    /// <summary>One update: forward and backward on each of the step's batches, clipping, AdamW.</summary>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <returns>The mean loss in nats, the gradient's norm before clipping, and whether the update was applied.</returns>
    public StepOutcome Step(float learningRate)
    {
        for (int pass = 0; pass < options.Accumulate; pass++)
        {
            FillBatch(StepsDone, pass, step.Tokens.HostInputs, step.Tokens.HostTargets);
            step.Pass(first: pass == 0);
        }
        var outcome = step.Update(learningRate, judge);
        StepsDone++;
        TokensSeen += TokensPerStep;
        return outcome;
    }

    /// <summary>
    /// The mean loss on the held-out text, in nats per token, over <see cref="TrainingOptions.EvaluateBatches"/> batches spread over it.
    /// </summary>
    public double Validate()
    {
        var (tokens, batch, length) = (step.Tokens, step.Batch, step.Length);
        int batches = Math.Min(options.EvaluateBatches, data.ValidationBatches(batch, length));
        double sum = 0;
        long counted = 0;
        for (int i = 0; i < batches; i++)
        {
            int rows = data.FillValidation(i, batches, tokens.HostInputs, tokens.HostTargets, batch, length);
            tokens.Upload(rows * length);
            GptForward.Run(model, step.Activations, tokens.Inputs, rows, length);
            GptForward.Losses(model, step.Activations, tokens.Targets, rows * length);
            sum += step.SumLosses((long)rows * length);
            counted += (long)rows * length;
        }
        return sum / counted;
    }

    /// <inheritdoc/>
    public void Dispose() => step.Dispose();

    void FillBatch(int number, int pass, Span<int> inputs, Span<int> targets) =>
        data.FillBatch(options.Seed, (long)number * options.Accumulate + pass, inputs, targets, step.Batch, step.Length);

    TrainingStoppedException Stop(StepFault fault)
    {
        string steps = $"Step {StepsDone} and the {judge.InARow - 1} before it were not applied";
        return fault == StepFault.NotFinite
            ? TrainingStoppedException.NotFinite(steps, new NonFiniteSearch(model, step).Find(options.Accumulate, FillLastBatch))
            : TrainingStoppedException.Outliers(steps);

        void FillLastBatch(int pass) => FillBatch(StepsDone - 1, pass, step.Tokens.HostInputs, step.Tokens.HostTargets);
    }

    /// <summary>
    /// Tells whether a resumed run sees the text that the run saw: the same place of another text, or of a text that grew, differs. How the
    /// step's sequences are cut into passes makes no difference.
    /// </summary>
    string NextBatchFingerprint()
    {
        int count = step.Batch * step.Length;
        int[] inputs = new int[count], targets = new int[count];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int pass = 0; pass < options.Accumulate; pass++)
        {
            FillBatch(StepsDone, pass, inputs, targets);
            for (int start = 0; start < count; start += step.Length)
            {
                hash.AppendData(MemoryMarshal.AsBytes(inputs.AsSpan(start, step.Length)));
                hash.AppendData(MemoryMarshal.AsBytes(targets.AsSpan(start, step.Length)));
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..FingerprintLength];
    }

    /// <summary>How much of the run is done, 0 to 1: by the clock where a duration is set, else by steps.</summary>
    double Progress() => options.Duration is { } duration ? Elapsed / duration : (double)StepsDone / options.Steps;
}
