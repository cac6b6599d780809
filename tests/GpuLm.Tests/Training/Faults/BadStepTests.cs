using System.Text;
using GpuLm.Checkpoints;
using GpuLm.Data;
using GpuLm.Models;
using GpuLm.TestKit;
using GpuLm.Tokenization;
using GpuLm.Training;
using Xunit;

namespace GpuLm.Tests.Training.Faults;

/// <summary>Steps that are not applied: what a run does with them.</summary>
public sealed class BadStepTests
{
    const string Planted = "h.1.mlp.c_fc.bias";
    static readonly GptConfig Tiny = new(2, 2, 32, 16, 256);
    static readonly TrainingOptions Options = new() { Batch = 4, Steps = 5, LearningRate = 3e-3f, Warmup = 2, EvaluateEvery = 0 };

    static CorpusDataset Text() => CorpusDataset.FromText(
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 200).Select(i => $"{i % 10} comes before {(i + 1) % 10}. "))),
        new ByteTokenizer());

    static float[] Parameters(Gpt model) => [.. model.Layout.Slots.SelectMany(model.ReadParameters)];

    static void Write(Gpt model, float value)
    {
        var slot = model.Layout[Planted];
        float[] values = model.ReadParameters(slot);
        values[5] = value;
        model.WriteParameters(slot, values);
    }

    [Theory, InlineData(1), InlineData(3)]
    public void Many_bad_steps_in_a_row_stop_the_run_and_the_tensor_is_named(int accumulate)
    {
        using var model = new Gpt(TestDevices.Get("cpu"), Tiny, seed: 1);
        using var trainer = new Trainer(model, Text(), Options with { Steps = 100, MaxBadSteps = 3, Accumulate = accumulate });
        Write(model, float.NaN);
        float[] before = Parameters(model);
        var reports = new List<StepReport>();
        var error = Assert.Throws<TrainingStoppedException>(() => trainer.Run(reports.Add, CancellationToken.None));
        Assert.Equal([1, 2, 3], reports.Select(report => report.Skipped));
        Assert.All(reports, report => Assert.Equal(StepFault.NotFinite, report.Fault));
        Assert.Contains("Step 3 and the 2 before it were not applied", error.Message, StringComparison.Ordinal);
        Assert.Contains($"NaN at element 5 of the parameter {Planted} (layer 1, counted from 0).", error.Message, StringComparison.Ordinal);
        Budget.CheckSameBits(before, Parameters(model));
    }

    /// <summary>
    /// The third step meets a fault that is gone afterwards. It takes its batch and its learning rate with it, and AdamW does not count it.
    /// </summary>
    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void A_single_bad_step_is_left_out_and_the_run_goes_on(string name)
    {
        var device = TestDevices.Get(name);
        using var model = new Gpt(device, Tiny, seed: 1);
        using var trainer = new Trainer(model, Text(), Options);
        var reports = new List<StepReport>();
        float good = 0;
        trainer.Run(
            report =>
            {
                reports.Add(report);
                if (report.Step == 2)
                {
                    good = model.ReadParameters(model.Layout[Planted])[5];
                    Write(model, float.PositiveInfinity);
                }
                if (report.Step == 3) Write(model, good);
            },
            CancellationToken.None);
        Assert.Equal([null, null, StepFault.NotFinite, null, null], reports.Select(report => report.Fault));
        Assert.Equal((5, 4), (trainer.StepsDone, trainer.Updates));
        Budget.CheckSameBits(Reference(device, [0, 1, 3, 4]), Parameters(model));
        // Sabotage: a run that made up for the step, with its batch or another, has other weights.
        Assert.NotEqual(Reference(device, [0, 1, 2, 3, 4]), Parameters(model));
        Assert.NotEqual(Reference(device, [0, 1, 2, 3]), Parameters(model));
    }

    static float[] Reference(Kernels.Common.ComputeDevice device, int[] steps)
    {
        using var model = new Gpt(device, Tiny, seed: 1);
        using var step = new TrainingStep(model, Options);
        int[] inputs = new int[4 * 16], targets = new int[4 * 16];
        foreach (int number in steps)
        {
            Text().FillBatch(Options.Seed, number, inputs, targets, 4, 16);
            step.Run(inputs, targets, LearningRateSchedule.At(Options, number, number / 5.0));
        }
        return Parameters(model);
    }

    [Fact]
    public void A_loss_that_jumps_is_skipped_where_that_is_asked_for()
    {
        using var model = new Gpt(TestDevices.Get("cpu"), Tiny, seed: 1);
        using var trainer = new Trainer(model, Text(), Options with { SkipOutliers = 5 });
        for (int step = 0; step < OutlierDetector.Window; step++) Assert.Null(trainer.Step(1e-5f).Fault);
        Write(model, 1e4f);
        float[] before = Parameters(model);
        var outcome = trainer.Step(1e-5f);
        Assert.True(outcome.Fault is StepFault.LossOutlier or StepFault.GradientOutlier, $"{outcome}");
        Budget.CheckSameBits(before, Parameters(model));
        Assert.Equal((129, 128, 1), (trainer.StepsDone, trainer.Updates, trainer.JudgeState.Skipped));
    }

    /// <summary>What a judge remembers goes through a checkpoint's file.</summary>
    [Fact]
    public void A_resumed_run_still_knows_an_outlier_and_its_counts()
    {
        using var folder = new TemporaryFolder();
        using var model = new Gpt(TestDevices.Get("cpu"), Tiny, seed: 1);
        using Trainer trainer = new(model, Text(), Options with { SkipOutliers = 5 }), resumed = new(
            model, Text(), Options with { SkipOutliers = 5 });
        for (int step = 0; step < OutlierDetector.Window; step++) trainer.Step(1e-5f);
        TrainingStateFile.Write(folder.Path, trainer.CaptureState());
        resumed.ContinueFrom(TrainingStateFile.Read(folder.Path));
        Write(model, 1e4f);
        Assert.NotNull(resumed.Step(1e-5f).Fault);
        var state = resumed.CaptureState();
        Assert.Equal((129, 128, 1, 1), (state.Step, state.Updates, state.Judge!.Skipped, state.Judge.InARow));
    }

    /// <summary>Looking at the figures before the update changes when it is launched, not what it does.</summary>
    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void A_run_that_looks_for_outliers_has_the_bits_of_one_that_does_not(string name)
    {
        var device = TestDevices.Get(name);
        Budget.CheckSameBits(Train(null), Train(3));

        float[] Train(double? outliers)
        {
            using var model = new Gpt(device, Tiny, seed: 1);
            using var trainer = new Trainer(model, Text(), Options with { SkipOutliers = outliers });
            for (int step = 0; step < 4; step++) trainer.Step(1e-3f);
            return Parameters(model);
        }
    }
}
