using System.Text;
using GpuLm.Evaluation;
using GpuLm.Models;
using GpuLm.TestKit;
using GpuLm.Tokenization;
using Xunit;

namespace GpuLm.Tests.Evaluation;

public sealed class TextEvaluationTests
{
    /// <summary>Longer than a tile of any kernel, and no multiple of one.</summary>
    const int Context = 150;

    static readonly float[] Logits = UnigramModel.Bytes(('a', 3f), ('b', 1.5f), ('c', -2f));

    static ReadOnlyMemory<byte> Random(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A model whose layers all matter: GPT-2's initialisation would leave the logits nearly flat.</summary>
    static Gpt Lively(string device, int context)
    {
        var model = new Gpt(TestDevices.Get(device), new GptConfig(3, 2, 32, context, 256), seed: 3);
        foreach (var slot in model.Layout.Slots.Where(slot => slot.Decays))
        {
            model.WriteParameters(slot, [.. model.ReadParameters(slot).Select(value => 6 * value)]);
        }
        return model;
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Token_by_token_inference_gives_the_loss_that_windows_give(string device)
    {
        const int Stride = 100, Length = 3 * Context;
        using var model = Lively(device, Context);
        var text = Random(1, Length);
        using var scorer = new SequenceScorer(model, Context, batch: 2);
        var score = TextEvaluation.Run(scorer, new ByteTokenizer(), [text], Stride);
        Assert.Equal((Length, Length, 1), (score.Tokens, score.Bytes, score.Documents));

        using var inference = new GptInference(model);
        int[] tokens = [0, .. text.ToArray().Select(b => (int)b)];
        double sum = 0;
        for (int token = 1; token <= Length; token++)
        {
            // The window that predicts a token ends a whole number of strides after the first, or with the text.
            int end = Math.Min(Length, Context + (Math.Max(0, token - Context) + Stride - 1) / Stride * Stride);
            int start = Math.Max(0, end - Context);
            sum += Loss(inference.NextTokenLogits(tokens.AsSpan(start..token)), tokens[token]);
        }
        Assert.Equal(sum / Length, score.Loss, 1e-4);
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Documents_of_any_length_and_batches_of_any_size_give_the_same(string device)
    {
        using var model = Lively(device, 32);
        ReadOnlyMemory<byte>[] documents = [Random(2, 100), Random(3, 1), Random(4, 32), Random(5, 33), Random(6, 0), Random(7, 7)];
        TextScore Run(int batch, params ReadOnlyMemory<byte>[] texts)
        {
            using var scorer = new SequenceScorer(model, 32, batch);
            return TextEvaluation.Run(scorer, new ByteTokenizer(), texts, stride: 16);
        }
        TextScore alone = Run(1, documents), together = Run(7, documents);
        Assert.Equal(alone.LossSum, together.LossSum, 1e-3);
        Assert.Equal((173, 173, 5), (together.Tokens, together.Bytes, together.Documents));
        Assert.Equal(documents.Where(text => text.Length > 0).Sum(text => Run(1, text).LossSum), together.LossSum, 1e-3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Every_token_counts_once_whatever_the_stride(int stride)
    {
        using var model = UnigramModel.Create("cpu", context: 8, Logits);
        using var scorer = new SequenceScorer(model, 8, batch: 3);
        string[] texts = ["abcabcaaaabbbbcccc", "x", "abababababababababababababa", "cc"];
        var score = TextEvaluation.Run(
            scorer, new ByteTokenizer(), texts.Select(text => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text)), stride);
        string all = string.Concat(texts);
        double expected = all.Sum(character => UnigramModel.Loss(Logits, character));
        Assert.Equal(expected, score.LossSum, 1e-4);
        Assert.Equal(expected / all.Length, score.Loss, 1e-5);
        Assert.Equal(Math.Exp(expected / all.Length), score.Perplexity, 1e-4);
        Assert.Equal(expected / Math.Log(2) / all.Length, score.BitsPerByte, 1e-5);
    }

    [Fact]
    public void Bits_per_byte_count_the_bytes_of_the_tokens_that_are_predicted()
    {
        // A vocabulary without an end of text: the first character, of two bytes, is read but not predicted.
        var tokenizer = CharTokenizer.FromText("äöa"u8);
        float[] logits = [1, 2, 3];
        using var model = UnigramModel.Create("cpu", context: 8, logits);
        using var scorer = new SequenceScorer(model, 8);
        var score = TextEvaluation.Run(scorer, tokenizer, [Encoding.UTF8.GetBytes("äöa")], stride: 4);
        Assert.Equal((2, 3), (score.Tokens, score.Bytes));
        double expected = UnigramModel.Loss(logits, 2) + UnigramModel.Loss(logits, 0);
        Assert.Equal(expected / Math.Log(2) / 3, score.BitsPerByte, 1e-6);
    }

    [Theory]
    [InlineData(29, "windows")]
    [InlineData(30, "documents")]
    public void The_interval_is_of_documents_where_there_are_enough(int documents, string unit)
    {
        using var model = UnigramModel.Create("cpu", context: 4, Logits);
        using var scorer = new SequenceScorer(model, 4);
        var score = TextEvaluation.Run(
            scorer, new ByteTokenizer(), Enumerable.Range(0, documents).Select(seed => Random(seed, 20)), stride: 2);
        Assert.Equal(unit, score.Unit);
        Assert.InRange(score.Loss, score.LossInterval!.Value.Low, score.LossInterval.Value.High);
    }

    [Fact]
    public void A_text_without_a_token_to_predict_and_a_loss_that_is_not_finite_are_errors()
    {
        using var model = UnigramModel.Create("cpu", context: 4, Logits);
        using var scorer = new SequenceScorer(model, 4);
        Assert.Contains("no token", Fault(ReadOnlyMemory<byte>.Empty), StringComparison.Ordinal);
        model.WriteParameters(model.Layout["ln_f.bias"], [float.NaN, 0, 0, 0, 0, 0, 0, 0]);
        Assert.Contains("not finite", Fault("abc"u8.ToArray()), StringComparison.Ordinal);

        string Fault(ReadOnlyMemory<byte> text) =>
            Assert.Throws<GpuLmException>(() => TextEvaluation.Run(scorer, new ByteTokenizer(), [text], stride: 2)).Message;
    }

    static double Loss(float[] logits, int token) =>
        Math.Log(logits.Sum(x => Math.Exp(x - logits.Max()))) + logits.Max() - logits[token];
}
