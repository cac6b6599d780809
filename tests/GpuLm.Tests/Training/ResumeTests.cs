using System.Text;
using GpuLm.Checkpoints;
using GpuLm.Data;
using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.TestKit;
using GpuLm.Tokenization;
using GpuLm.Training;
using Xunit;

namespace GpuLm.Tests.Training;

/// <summary>
/// A run that is saved and resumed does exactly what the uninterrupted one does: every figure and every weight has the same bits.
/// </summary>
public sealed class ResumeTests
{
    const int Steps = 5, SavedAt = 3;

    static readonly GptConfig Tiny = new(Layers: 1, Heads: 2, Channels: 32, ContextLength: 16, VocabularySize: 256);

    /// <summary>One head of 64: what bf16 asks for.</summary>
    static readonly GptConfig Wide = new(Layers: 1, Heads: 1, Channels: 64, ContextLength: 16, VocabularySize: 256);

    static readonly TrainingOptions Options = new()
    {
        Batch = 2, Accumulate = 2, Steps = Steps, LearningRate = 3e-3f, Warmup = 2, EvaluateEvery = 2, EvaluateBatches = 1, Seed = 5,
    };

    static readonly ByteTokenizer Tokenizer = new ByteTokenizer();

    static CorpusDataset Text() => CorpusDataset.FromText(
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 100).Select(i => $"{i % 10} comes before {(i + 1) % 10}. "))), Tokenizer);

    /// <summary>What a run did and what it left: the figures of each step, the weights, the moments.</summary>
    sealed record Outcome(List<string> Figures, byte[] Model, byte[] Optimizer);

    static void Run(Trainer trainer, List<string> figures, int until = int.MaxValue)
    {
        using var stop = new CancellationTokenSource();
        trainer.Run(
            report =>
            {
                figures.Add(FormattableString.Invariant(
                    $"{report.Step} {report.Tokens} {report.LearningRate} {report.Loss} {report.GradientNorm} {report.ValidationLoss}"));
                if (report.Step == until) stop.Cancel();
            },
            stop.Token);
    }

    static Outcome Finish(TemporaryFolder folder, Gpt model, Trainer trainer, List<string> figures)
    {
        Run(trainer, figures);
        string end = folder["end"];
        Checkpoint.Write(end, model, trainer, Tokenizer);
        return new Outcome(
            figures, File.ReadAllBytes(Path.Combine(end, ModelDirectory.WeightsName)),
            File.ReadAllBytes(Path.Combine(end, OptimizerFile.Name)));
    }

    static Outcome Undisturbed(ComputeDevice device, GptConfig config, ModelFormat format, TrainingOptions options)
    {
        using var folder = new TemporaryFolder();
        using var model = new Gpt(device, config, options.Seed, format);
        using var trainer = new Trainer(model, Text(), options);
        return Finish(folder, model, trainer, []);
    }

    // The fault is what goes wrong after the checkpoint was restored, for a test of the test.
    static Outcome Resumed(
        ComputeDevice device, GptConfig config, ModelFormat format, TrainingOptions options, Action<Gpt, Trainer>? fault = null)
    {
        using var folder = new TemporaryFolder();
        var store = new CheckpointStore(folder.Path, keep: 1);
        var figures = new List<string>();
        using (var model = new Gpt(device, config, options.Seed, format))
        {
            using var trainer = new Trainer(model, Text(), options);
            Run(trainer, figures, SavedAt);
            store.Save(trainer.CaptureState(), Checkpoint.Bytes(model.Layout), into => Checkpoint.Write(into, model, trainer, Tokenizer));
        }
        string checkpoint = CheckpointStore.FindLatest(folder.Path)!;
        var state = TrainingStateFile.Read(checkpoint);
        using var restored = new Gpt(device, config, seed: null, format);
        using var resumed = new Trainer(restored, Text(), options);
        Checkpoint.Restore(checkpoint, restored, resumed, state);
        Assert.Equal(state.NextBatch, resumed.CaptureState().NextBatch);
        Assert.True(state.Seconds > 0);
        Assert.Equal(state.Seconds, resumed.Elapsed.TotalSeconds, 1e-6);
        fault?.Invoke(restored, resumed);
        return Finish(folder, restored, resumed, figures);
    }

    static void CheckSame(Outcome expected, Outcome actual)
    {
        Assert.Equal(Steps, expected.Figures.Count);
        Assert.Equal(expected.Figures, actual.Figures);
        Assert.True(expected.Model.AsSpan().SequenceEqual(actual.Model), "The weights differ.");
        Assert.True(expected.Optimizer.AsSpan().SequenceEqual(actual.Optimizer), "The moments differ.");
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void A_resumed_run_has_the_bits_of_the_uninterrupted_one(string name)
    {
        var device = TestDevices.Get(name);
        CheckSame(Undisturbed(device, Tiny, ModelFormat.Fp32, Options), Resumed(device, Tiny, ModelFormat.Fp32, Options));
    }

    [Fact]
    public void So_it_has_where_activations_are_computed_again()
    {
        var device = TestDevices.Get("cpu");
        var options = Options with { Accumulate = 1, Recompute = Recompute.Block };
        CheckSame(Undisturbed(device, Tiny, ModelFormat.Fp32, options), Resumed(device, Tiny, ModelFormat.Fp32, options));
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void So_it_has_in_bf16_with_and_without_masters_and_in_tf32(string name)
    {
        var device = TestDevices.Get(name);
        foreach (var format in (ModelFormat[])[new(Precision.Bf16), new(Precision.Bf16, MasterWeights: false), new(Precision.Tf32)])
        {
            CheckSame(Undisturbed(device, Wide, format, Options), Resumed(device, Wide, format, Options));
        }
    }

    /// <summary>Sabotage: each part of the state, forgotten, changes what follows.</summary>
    [Theory]
    [InlineData("first moment")]
    [InlineData("second moment")]
    [InlineData("weight")]
    [InlineData("step")]
    public void What_is_not_restored_is_noticed(string what)
    {
        var device = TestDevices.Get("cpu");
        var expected = Undisturbed(device, Tiny, ModelFormat.Fp32, Options);
        var actual = Resumed(device, Tiny, ModelFormat.Fp32, Options, (model, trainer) =>
        {
            var slot = model.Layout["h.0.mlp.c_fc.bias"];
            var zeros = new float[slot.Length];
            if (what == "first moment") trainer.Moments.WriteFirst(slot, zeros);
            else if (what == "second moment") trainer.Moments.WriteSecond(slot, zeros);
            else if (what == "weight") model.WriteParameters(slot, zeros);
            else trainer.ContinueFrom(trainer.CaptureState() with { Step = SavedAt - 1 });
        });
        Assert.ThrowsAny<Exception>(() => CheckSame(expected, actual));
    }

    [Fact]
    public void Another_text_has_another_next_batch()
    {
        using var model = new Gpt(TestDevices.Get("cpu"), Tiny, seed: 1);
        using Trainer trainer = new(model, Text(), Options), longer = new(
            model, CorpusDataset.FromText(Encoding.ASCII.GetBytes(new string('x', 5000)), Tokenizer), Options);
        Assert.NotEqual(trainer.CaptureState().NextBatch, longer.CaptureState().NextBatch);
    }

    [Fact]
    public void A_checkpoint_of_another_model_is_refused_before_anything_is_taken()
    {
        var device = TestDevices.Get("cpu");
        using var folder = new TemporaryFolder();
        using var model = new Gpt(device, Tiny, seed: 1);
        using var trainer = new Trainer(model, Text(), Options);
        OptimizerFile.Save(folder.Path, model.Layout, trainer.Moments.ReadFirst, trainer.Moments.ReadSecond);
        var (narrow, deep) = (new GptLayout(Tiny with { Channels = 16 }), new GptLayout(Tiny with { Layers = 2 }));
        void Load(GptLayout layout) =>
            OptimizerFile.Load(folder.Path, layout, (_, _) => Assert.Fail("taken"), (_, _) => Assert.Fail("taken"));
        string misshapen = Assert.Throws<GpuLmException>(() => Load(narrow)).Message;
        Assert.Contains("has no first.wte.weight of F32 [256, 16]", misshapen, StringComparison.Ordinal);
        string tooFew = Assert.Throws<GpuLmException>(() => Load(deep)).Message;
        Assert.Contains("has no first.h.1.ln_1.weight", tooFew, StringComparison.Ordinal);
        using var deepModel = new Gpt(device, deep.Config, seed: 1);
        using var deepTrainer = new Trainer(deepModel, Text(), Options);
        OptimizerFile.Save(folder.Path, deep, deepTrainer.Moments.ReadFirst, deepTrainer.Moments.ReadSecond);
        string tooMany = Assert.Throws<GpuLmException>(() => Load(model.Layout)).Message;
        Assert.Contains("holds 56 tensors and the model has 32 moments", tooMany, StringComparison.Ordinal);
    }
}
