using GpuLm.Data;
using GpuLm.Models;
using GpuLm.TestKit;
using GpuLm.Tokenization;
using GpuLm.Training;
using Xunit;

namespace GpuLm.Tests.Training;

public sealed class EvaluatorTests
{
    /// <summary>Longer than a tile of any kernel, and no multiple of one.</summary>
    const int Context = 150;

    /// <summary>A model whose layers all matter: GPT-2's initialisation would leave the logits nearly flat.</summary>
    static Gpt Model(string device)
    {
        var model = new Gpt(TestDevices.Get(device), new GptConfig(3, 2, 32, Context, 256), seed: 3);
        foreach (var slot in model.Layout.Slots.Where(slot => slot.Decays))
        {
            model.WriteParameters(slot, [.. model.ReadParameters(slot).Select(value => 6 * value)]);
        }
        return model;
    }

    static double LogProbability(float[] logits, int token) =>
        logits[token] - logits.Max() - Math.Log(logits.Sum(x => Math.Exp(x - logits.Max())));

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Token_by_token_inference_gives_the_loss_that_the_evaluator_measures(string device)
    {
        using var model = Model(device);
        var text = new byte[Context + 1];
        new Random(1).NextBytes(text);
        int length = Context;
        using var evaluator = new Evaluator(model, 1, length);
        var (expected, tokens) = evaluator.Evaluate(CorpusDataset.FromText(text, new ByteTokenizer(), heldOut: 1));
        Assert.Equal(length, tokens);

        using var inference = new GptInference(model);
        int[] ids = [.. text.Select(b => (int)b)];
        double sum = 0;
        for (int n = 1; n <= length; n++) sum -= LogProbability(inference.NextTokenLogits(ids.AsSpan(0, n)), ids[n]);
        Assert.Equal(expected, sum / length, 1e-4);
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Sequences_of_a_batch_do_not_see_each_other(string device)
    {
        using var model = Model(device);
        var text = new byte[5 * Context + 1];
        new Random(2).NextBytes(text);
        var data = CorpusDataset.FromText(text, new ByteTokenizer(), heldOut: 1);
        using Evaluator alone = new(model, 1, Context), together = new(model, 5, Context);
        Assert.Equal(alone.Evaluate(data).Loss, together.Evaluate(data).Loss, 1e-4);
    }
}
