using GpuLm.Cli.Training;
using GpuLm.Devices;
using GpuLm.Models;
using GpuLm.TestKit;
using GpuLm.Tests.Cli;
using GpuLm.Training;
using Xunit;

namespace GpuLm.Tests.Training;

public sealed class MemoryPlanTests
{
    static readonly GptConfig Small = new(Layers: 3, Heads: 3, Channels: 51, ContextLength: 37, VocabularySize: 131);
    static readonly GptConfig Gpt2 = GptConfig.FromPreset("gpt2", 50_257);
    static readonly ModelFormat Bf16 = new(Precision.Bf16), Bf16Alone = new(Precision.Bf16, MasterWeights: false);

    public static TheoryData<Recompute> Recomputes => [.. Enum.GetValues<Recompute>()];

    [Theory, MemberData(nameof(Recomputes))]
    public void The_plan_is_what_a_step_allocates(Recompute recompute)
    {
        var options = new TrainingOptions { Batch = 5, SequenceLength = 29, Recompute = recompute };
        using var model = new Gpt(TestDevices.Get("cpu"), Small, seed: null);
        using var step = new TrainingStep(model, options);
        Assert.Equal(step.Bytes, Trainer.Plan(Small, options).Total);
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void The_plan_in_bf16_is_what_a_step_allocates(string name)
    {
        var options = new TrainingOptions { Batch = 3, SequenceLength = 29, Recompute = Recompute.Norms };
        foreach (var format in (ModelFormat[])[Bf16, Bf16Alone])
        {
            using var model = new Gpt(TestDevices.Get(name), Small with { Channels = 192 }, seed: null, format);
            using var step = new TrainingStep(model, options);
            Assert.Equal(step.Bytes, Trainer.Plan(model.Config, options, format).Total);
        }
    }

    /// <summary>Worked out by hand: 124,439,808 parameters, of which 121,344 are vectors, 12 layers, C 768, and N tokens.</summary>
    [Fact]
    public void The_plan_of_GPT2_in_bf16_is_what_the_formats_say()
    {
        const long Parameters = 124_439_808, Vectors = 121_344, N = 8 * 1024, C = 768;
        Assert.Equal(Vectors, new GptLayout(Gpt2).Slots.Where(slot => !slot.Decays).Sum(slot => slot.Length));
        var options = new TrainingOptions { Batch = 8 };
        MemoryPlan masters = Trainer.Plan(Gpt2, options, Bf16), alone = Trainer.Plan(Gpt2, options, Bf16Alone);
        Assert.Equal(4 * Parameters + 2 * (Parameters - Vectors), masters.Parameters);
        Assert.Equal(2 * Parameters + 2 * Vectors, alone.Parameters);
        Assert.Equal(4 * Parameters, masters.Gradients);
        Assert.Equal(8 * Parameters, masters.Moments);

        // Of each block 16 C numbers, 4 statistics and 12 logarithms a token; embedded, normed and the last norm's statistics; losses;
        // 6 C numbers that flow; logits for as many whole tiles of 128 rows as 2^27 elements hold, padded to 50,304.
        long logits = (1 << 27) / 50_257 / 128 * 128 * 50_304L;
        long kept = 12 * N * (2 * 16 * C + 4 * (4 + 12)) + N * (2 * 2 * C + 4 * 3) + 2 * logits, flow = 2 * 6 * N * C;
        Assert.Equal(kept + flow, masters.Activations);
        Assert.Equal(kept + flow, alone.Activations);

        // Norms and GELU shared: 6 of 16. A block's input alone: 1 of 16, and nothing of the statistics; one set is always there.
        long norms = Trainer.Plan(Gpt2, options with { Recompute = Recompute.Norms }, Bf16).Activations;
        long blocks = Trainer.Plan(Gpt2, options with { Recompute = Recompute.Block }, Bf16).Activations;
        Assert.Equal(kept + flow - 11 * N * 2 * 6 * C, norms);
        Assert.Equal(kept + flow - 11 * N * (2 * 15 * C + 4 * (4 + 12)), blocks);
    }

    /// <summary>Products in tf32 read logits by 16 bytes, too; a row of 50,257 would send them to the slow path.</summary>
    [Fact]
    public void Rows_of_logits_on_tensor_cores_start_aligned()
    {
        int Stride(Precision precision) => new ActivationPlan(1, 8, precision, Backward: null).LogitsStride(Gpt2);
        Assert.Equal((50_257, 50_304, 50_304), (Stride(Precision.Fp32), Stride(Precision.Tf32), Stride(Precision.Bf16)));
    }

    [Fact]
    public void The_largest_batch_fits_and_one_more_does_not()
    {
        const long Bytes = 8_000_000_000;
        foreach (var format in (ModelFormat[])[ModelFormat.Fp32, Bf16, Bf16Alone])
        {
            foreach (var recompute in Enum.GetValues<Recompute>())
            {
                var options = new TrainingOptions { Recompute = recompute };
                int batch = MemoryPlan.LargestBatch(Gpt2, options, format, Bytes);
                Assert.InRange(batch, 1, 1000);
                Assert.InRange(Trainer.Plan(Gpt2, options with { Batch = batch }, format).Total, 1, Bytes);
                Assert.True(Trainer.Plan(Gpt2, options with { Batch = batch + 1 }, format).Total > Bytes);
            }
        }
        Assert.Equal(0, MemoryPlan.LargestBatch(Gpt2, new TrainingOptions(), Bf16, 1_000_000_000));
    }

    static DeviceInfo Card(int gigabytes) =>
        new(DeviceKind.Cuda, 0, "a card", "a driver", IsGpu: true, 20, 1024, 32, 1 << 16, gigabytes * 1_000_000_000L, []);

    static TrainingMemory Memory(GptConfig config, DeviceInfo card) =>
        new(config, Bf16, card, card.PlannableBytes);

    /// <summary>The README's table of what fits, row by row.</summary>
    [Fact]
    public void The_readme_says_which_batches_fit()
    {
        foreach (int gigabytes in (int[])[8, 24, 80])
        {
            var batches = Memory(Gpt2, Card(gigabytes)).LargestBatches(new TrainingOptions());
            string row = $"| {gigabytes} GB | {batches[Recompute.None]} | {batches[Recompute.Norms]} | {batches[Recompute.Block]} |";
            Assert.Contains(row, File.ReadAllLines(Pages.Command));
        }
    }

    [Fact]
    public void A_run_that_does_not_fit_says_what_would()
    {
        var card = Card(gigabytes: 8);
        var error = Assert.Throws<GpuLmException>(() => Memory(Gpt2, card).Require(new TrainingOptions { Batch = 64 }));
        Assert.Contains("a batch of 64 needs", error.Message, StringComparison.Ordinal);
        foreach (string word in (string[])["none", "norms", "block"])
        {
            Assert.Matches($@"--batch \d+ with --recompute {word}", error.Message);
        }
        var impossible = Assert.Throws<GpuLmException>(
            () => Memory(GptConfig.FromPreset("gpt2-xl", 50_257), card).Require(new TrainingOptions { Batch = 1 }));
        Assert.Contains("Not even a batch of 1 fits", impossible.Message, StringComparison.Ordinal);
        Assert.Contains("--master-weights off", impossible.Message, StringComparison.Ordinal);
        var fits = Memory(Gpt2, card).Require(new TrainingOptions { Batch = 2, Recompute = Recompute.Block });
        Assert.InRange(fits.Total, 1, card.MemoryBytes);
    }
}
