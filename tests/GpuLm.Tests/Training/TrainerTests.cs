using System.Text;
using GpuLm.Data;
using GpuLm.Models;
using GpuLm.TestKit;
using GpuLm.Tokenization;
using GpuLm.Training;
using Xunit;

namespace GpuLm.Tests.Training;

public class TrainerTests
{
    static readonly GptConfig Tiny = new(2, 2, 32, 16, 256);

    static readonly TrainingOptions Options =
        new() { Batch = 4, Steps = 40, LearningRate = 3e-3f, Warmup = 5, EvaluateEvery = 20, EvaluateBatches = 2 };

    static CorpusDataset Text() => CorpusDataset.FromText(
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 200).Select(i => $"{i % 10} comes before {(i + 1) % 10}. "))),
        new ByteTokenizer());

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void A_model_learns(string name)
    {
        using var model = new Gpt(TestDevices.Get(name), Tiny, seed: 1);
        using var trainer = new Trainer(model, Text(), Options);
        var reports = new List<StepReport>();
        trainer.Run(reports.Add, CancellationToken.None);
        Assert.Equal(Enumerable.Range(1, 40), reports.Select(report => report.Step));
        Assert.InRange(reports[0].Loss, Math.Log(256) - 0.3, Math.Log(256) + 0.3);
        Assert.True(reports[^1].Loss < 3, $"the loss is still {reports[^1].Loss}");
        Assert.Equal([20, 40], reports.Where(report => report.ValidationLoss is not null).Select(report => report.Step));
        Assert.InRange(reports[^1].ValidationLoss!.Value, 0, 3.3);
        Assert.Equal(reports[^1].ValidationLoss!.Value / Math.Log(2), reports[^1].BitsPerByte!.Value, 1e-6);
        Assert.All(
            reports, report => Assert.True(report.GradientNorm > 0 && report.TokensPerSecond > 0 && report.Tokens == report.Step * 64));
    }

    static float[] Parameters(Gpt model) => [.. model.Layout.Slots.SelectMany(model.ReadParameters)];

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void The_same_seed_gives_the_same_bits(string name)
    {
        var device = TestDevices.Get(name);
        float[] first = Train(1), second = Train(1), other = Train(2);
        Budget.CheckSameBits(first, second);
        Assert.NotEqual(first, other);

        float[] Train(ulong seed)
        {
            using var model = new Gpt(device, Tiny, seed);
            using var trainer = new Trainer(model, Text(), Options with { Seed = seed });
            for (int step = 0; step < 5; step++) trainer.Step(1e-3f);
            return Parameters(model);
        }
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Accumulated_batches_average_their_gradients(string name)
    {
        var device = TestDevices.Get(name);
        float[] accumulated = Gradients(accumulate: 2, firstStep: 0), first = Gradients(1, 0), second = Gradients(1, 1);
        float largest = accumulated.Max(Math.Abs);
        for (int i = 0; i < accumulated.Length; i++)
        {
            double expected = ((double)first[i] + second[i]) / 2;
            Assert.True(Math.Abs(accumulated[i] - expected) <= 1e-6 * largest, $"element {i}: {accumulated[i]} instead of {expected}");
        }

        float[] Gradients(int accumulate, int firstStep)
        {
            using var model = new Gpt(device, Tiny, seed: 1);
            using var trainer = new Trainer(model, Text(), Options with { Accumulate = accumulate });
            // A learning rate of zero keeps the weights, so that only the batch differs.
            for (int step = 0; step <= firstStep; step++) trainer.Step(0);
            return [.. model.Layout.Slots.SelectMany(trainer.Gradients.Read)];
        }
    }

    [Fact]
    public void A_run_ends_when_it_is_cancelled_and_keeps_what_it_learned()
    {
        using var model = new Gpt(TestDevices.Get("cpu"), Tiny, seed: 1);
        using var trainer = new Trainer(model, Text(), Options);
        using var source = new CancellationTokenSource();
        trainer.Run(report => { if (report.Step == 3) source.Cancel(); }, source.Token);
        Assert.Equal(3, trainer.StepsDone);
    }

    /// <summary>
    /// One target's logit overflows to minus infinity, so the loss is infinite. On the CPU every gradient and the sum of their squares is
    /// finite then, and the loss alone can stop the step.
    /// </summary>
    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void An_infinite_loss_with_a_finite_gradient_spares_the_weights(string name)
    {
        const int Target = 5;
        using var model = new Gpt(TestDevices.Get(name), Tiny, seed: 1);
        Set("ln_f.weight", _ => 0);
        Set("ln_f.bias", _ => 1e19f);
        Set("wte.weight", i => i / Tiny.Channels == Target ? -1e19f : 0);
        using var step = new TrainingStep(model, Options with { Batch = 1 });
        float[] before = Parameters(model);
        int[] inputs = new int[16], targets = [Target, .. Enumerable.Repeat(-1, 15)];
        var error = Assert.Throws<GpuLmException>(() => step.Run(inputs, targets, 1e-3f));
        Assert.Contains("the update was not applied", error.Message, StringComparison.Ordinal);
        double squares = model.Layout.Slots.SelectMany(step.Gradients.Read).Sum(value => (double)value * value);
        if (name == "cpu") Assert.InRange(squares, 1, float.MaxValue);
        Budget.CheckSameBits(before, Parameters(model));
        Assert.Equal(0, step.Updates);

        void Set(string parameter, Func<int, float> value)
        {
            var slot = model.Layout[parameter];
            model.WriteParameters(slot, [.. Enumerable.Range(0, (int)slot.Length).Select(value)]);
        }
    }

    /// <summary>The loss of an accumulated step is that of all its batches.</summary>
    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Accumulated_batches_average_their_losses(string name)
    {
        using var model = new Gpt(TestDevices.Get(name), Tiny, seed: 1);
        using Trainer alone = new(model, Text(), Options), together = new(model, Text(), Options with { Accumulate = 3 });
        double sum = 0;
        for (int step = 0; step < 3; step++) sum += alone.Step(0).Loss;
        Assert.Equal(sum / 3, together.Step(0).Loss, 1e-5);
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void A_loss_that_is_not_finite_spares_the_weights(string name)
    {
        using var model = new Gpt(TestDevices.Get(name), Tiny, seed: 1);
        using var trainer = new Trainer(model, Text(), Options);
        var slot = model.Layout["h.1.mlp.c_fc.bias"];
        var bias = model.ReadParameters(slot);
        bias[5] = float.NaN;
        model.WriteParameters(slot, bias);
        float[] before = model.ReadParameters(model.Layout["wte.weight"]);
        Assert.Equal(StepFault.NotFinite, trainer.Step(1e-3f).Fault);
        Budget.CheckSameBits(before, model.ReadParameters(model.Layout["wte.weight"]));
        Assert.Equal((1, 0), (trainer.StepsDone, trainer.Updates));
    }

    [Fact]
    public void A_step_allocates_no_tensor()
    {
        // What is left is ILGPU's: a record of a few hundred bytes for each of some 80 launches, whatever the sizes.
        long small = BytesPerStep(Tiny, Options), large = BytesPerStep(Tiny with { Channels = 64 }, Options with { Batch = 16 });
        Assert.InRange(small, 0, 80 * 1024);
        Assert.InRange(large, 0, small * 1.1);

        static long BytesPerStep(GptConfig config, TrainingOptions options)
        {
            using var model = new Gpt(TestDevices.Get("cpu"), config, seed: 1);
            using var trainer = new Trainer(model, Text(), options);
            for (int step = 0; step < 3; step++) trainer.Step(1e-3f);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int step = 0; step < 10; step++) trainer.Step(1e-3f);
            return (GC.GetAllocatedBytesForCurrentThread() - before) / 10;
        }
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        using var model = new Gpt(TestDevices.Get("cpu"), Tiny, seed: 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer(model, Text(), Options with { Batch = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer(model, Text(), Options with { LearningRate = float.NaN }));
        var tooLong = Assert.Throws<ArgumentException>(() => new Trainer(model, Text(), Options with { SequenceLength = 17 }));
        Assert.Contains("context of 16", tooLong.Message, StringComparison.Ordinal);
        using var narrow = new Gpt(TestDevices.Get("cpu"), Tiny with { VocabularySize = 50 }, seed: 1);
        using var trainer = new Trainer(narrow, Text(), Options);
        Assert.Contains(
            "tokenizer that belongs to the model", Assert.Throws<GpuLmException>(() => trainer.Step(1e-3f)).Message,
            StringComparison.Ordinal);
    }
}
