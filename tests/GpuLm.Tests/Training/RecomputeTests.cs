using GpuLm.Models;
using GpuLm.TestKit;
using GpuLm.Training;
using Xunit;

namespace GpuLm.Tests.Training;

/// <summary>What is computed again has the bits of what would have been kept, so the gradients have.</summary>
public sealed class RecomputeTests
{
    /// <summary>Odd sizes, so that no tile or vector comes out even.</summary>
    static readonly GptConfig Config = new(Layers: 3, Heads: 3, Channels: 51, ContextLength: 37, VocabularySize: 131);

    public static TheoryData<string, Recompute> Cases =>
        [.. from name in TestDevices.Names from recompute in (Recompute[])[Recompute.Norms, Recompute.Block] select (name.Data, recompute)];

    static (float Loss, float[] Gradients) Step(string device, Recompute recompute)
    {
        using var model = new Gpt(TestDevices.Get(device), Config, seed: 3);
        foreach (var slot in model.Layout.Slots.Where(slot => slot.Decays))
        {
            model.WriteParameters(slot, [.. model.ReadParameters(slot).Select(value => 6 * value)]);
        }
        using var step = new TrainingStep(model, new TrainingOptions { Batch = 3, Recompute = recompute });
        var random = new Random(1);
        int[] Tokens() => [.. Enumerable.Range(0, 3 * Config.ContextLength).Select(_ => random.Next(Config.VocabularySize))];
        int[] inputs = Tokens(), targets = Tokens();
        float loss = step.Run(inputs, targets, learningRate: 0).Loss;
        // A second step: what the first left in shared memory must not show.
        Assert.Equal(loss, step.Run(inputs, targets, learningRate: 0).Loss);
        return (loss, [.. model.Layout.Slots.SelectMany(step.Gradients.Read)]);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Gradients_have_the_same_bits(string device, Recompute recompute)
    {
        var (keptLoss, kept) = Step(device, Recompute.None);
        var (loss, gradients) = Step(device, recompute);
        Assert.Equal(keptLoss, loss);
        Budget.CheckSameBits(kept, gradients);
        Assert.True(kept.Count(value => value != 0) > kept.Length / 2);
    }

    /// <summary>
    /// Sabotage: a bias that changes between forward and backward shows in what is computed again, and only there, so the comparison sees
    /// a block that is computed again from something else than it was.
    /// </summary>
    [Theory, InlineData(Recompute.None, false), InlineData(Recompute.Norms, true), InlineData(Recompute.Block, true)]
    public void A_block_that_is_computed_again_from_another_bias_is_seen(Recompute recompute, bool seen)
    {
        using var model = new Gpt(TestDevices.Get("cpu"), Config, seed: 3);
        using var activations = new GptActivations(model, 2, 5, recompute);
        using var gradients = new GptGradients(model, 2, 5);
        using var tokens = new TokenBatch(model.Device, Config, 2, 5);
        tokens.Upload(10);
        float[] right = Backward(biasOfNorm: 0), wrong = Backward(biasOfNorm: 1e-3f);
        if (seen) Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Budget.CheckSameBits(right, wrong));
        else Budget.CheckSameBits(right, wrong);

        float[] Backward(float biasOfNorm)
        {
            var bias = model.Layout["h.0.ln_2.bias"];
            model.WriteParameters(bias, new float[bias.Length]);
            GptForward.Run(model, activations, tokens.Inputs, 2, 5);
            model.WriteParameters(bias, [.. Enumerable.Repeat(biasOfNorm, Config.Channels)]);
            GptBackward.Run(model, activations, gradients, tokens.Inputs, tokens.Targets, 2, 5, lossScale: 0.1f, accumulate: false);
            return gradients.Read(model.Layout["h.0.mlp.c_fc.weight"]);
        }
    }

    [Theory, InlineData(Recompute.Norms), InlineData(Recompute.Block)]
    public void Blocks_share_the_memory_of_what_is_computed_again(Recompute recompute)
    {
        using var model = new Gpt(TestDevices.Get("cpu"), Config, seed: 3);
        using var activations = new GptActivations(model, 2, 5, recompute);
        var blocks = activations.Tensors.Blocks;
        Assert.Equal(blocks[0].Activated.AsFp32(), blocks[2].Activated.AsFp32());
        Assert.Equal(blocks[0].Norm1.AsFp32(), blocks[1].Norm1.AsFp32());
        Assert.Equal(recompute == Recompute.Block, blocks[0].Qkv.AsFp32().Equals(blocks[1].Qkv.AsFp32()));
        Assert.NotEqual(blocks[0].Residual2.AsFp32(), blocks[1].Residual2.AsFp32());
    }
}
