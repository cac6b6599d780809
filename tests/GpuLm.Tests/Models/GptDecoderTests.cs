using GpuLm.Models;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Tests.Models;

public class GptDecoderTests
{
    static readonly GptConfig Config = new(3, 2, 40, 70, 97);

    static readonly int[][] Prompts = [[5, 3, 90, 1], [7], [.. Enumerable.Range(0, 40)]];

    /// <summary>Ragged sequences, one of which joins late and one of which pauses.</summary>
    [Theory, InlineData("cpu"), InlineData("opencl"), InlineData("cuda")]
    public void Logits_have_the_bits_of_a_pass_without_a_cache(string name)
    {
        using var model = Model(name);
        using var decoder = new GptDecoder(model, 3);
        using var reference = new RecomputingPredictor(model, 3);
        Compare(decoder, reference, steps: 30);
    }

    [Fact]
    public void Sabotage_a_prompt_in_another_slot_is_caught()
    {
        using var model = Model("cpu");
        using var decoder = new GptDecoder(model, 3);
        using var reference = new RecomputingPredictor(model, 3);
        Assert.Throws<Xunit.Sdk.FailException>(() => Compare(new Swapped(decoder), reference, steps: 1));
    }

    [Fact]
    public void A_slot_is_used_again_without_a_trace()
    {
        using var model = Model("cpu");
        using var decoder = new GptDecoder(model, 1);
        float[] first = new float[97], again = new float[97];
        decoder.Begin(0, [1, 2], new float[97]);
        decoder.Advance([0], [3], first);
        decoder.Begin(0, [.. Enumerable.Range(0, 70)], new float[97]);
        decoder.Begin(0, [1, 2], new float[97]);
        decoder.Advance([0], [3], again);
        Budget.CheckSameBits(first, again);
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void In_bf16_logits_are_within_its_rounding(string name)
    {
        using var model = new Gpt(TestDevices.Get(name), new GptConfig(1, 1, 64, 24, 50), seed: 3, new(Precision.Bf16, false));
        using var decoder = new GptDecoder(model, 2);
        using var reference = new RecomputingPredictor(model, 2);
        float[] cached = new float[100], whole = new float[100];
        foreach (var (predictor, logits) in new (ITokenPredictor, float[])[] { (decoder, cached), (reference, whole) })
        {
            predictor.Begin(1, [3, 1, 4], logits.AsSpan(50));
            predictor.Begin(0, [5, 9], logits.AsSpan(50));
            predictor.Advance([0, 1], [2, 6], logits);
        }
        float largest = whole.Max(Math.Abs);
        for (int i = 0; i < 100; i++) Assert.Equal(whole[i], cached[i], 0.03f * largest);
    }

    [Fact]
    public void What_cannot_be_continued_is_refused()
    {
        using var model = Model("cpu");
        using var decoder = new GptDecoder(model, 2);
        float[] logits = new float[97];
        void Refused(string reason, Action call) =>
            Assert.Contains(reason, Assert.Throws<ArgumentException>(call).Message, StringComparison.Ordinal);
        Refused("no slot 2", () => decoder.Begin(2, [1], logits));
        Refused("1 to 70 tokens", () => decoder.Begin(0, [], logits));
        Refused("1 to 70 tokens", () => decoder.Begin(0, new int[71], logits));
        Refused("Token id 97", () => decoder.Begin(0, [97], logits));
        Refused("do not fit", () => decoder.Begin(0, [1], new float[96]));
        Refused("No sequence has begun in slot 1", () => decoder.Advance([1], [1], logits));
        decoder.Begin(0, new int[70], logits);
        Refused("has the whole context", () => decoder.Advance([0], [1], logits));
        decoder.Begin(0, [1], logits);
        Refused("comes twice", () => decoder.Advance([0, 0], [1, 1], new float[2 * 97]));
        Refused("one for each", () => decoder.Advance([0], [1, 2], logits));
    }

    [Fact]
    public void The_plan_says_what_is_allocated()
    {
        long one = GptDecoder.RequiredBytes(Config, ModelFormat.Fp32, 1), four = GptDecoder.RequiredBytes(Config, ModelFormat.Fp32, 4);
        // 3 layers of keys (in panels of 32: 96 of 70 tokens) and values (heads of 20 channels in rows of 32), 2 heads.
        long sequence = 3 * 2 * sizeof(float) * (96 * 20 + 70 * 32);
        Assert.InRange(four - one, 3 * sequence, 3 * sequence + 20_000);
    }

    static Gpt Model(string name) => new(TestDevices.Get(name), Config, seed: 3);

    static void Compare(ITokenPredictor actual, ITokenPredictor expected, int steps)
    {
        void Both(int rows, Action<ITokenPredictor, float[]> call)
        {
            float[] cached = new float[rows * 97], whole = new float[rows * 97];
            call(actual, cached);
            call(expected, whole);
            Budget.CheckSameBits(whole, cached);
        }
        Both(1, (predictor, row) => predictor.Begin(0, Prompts[0], row));
        Both(1, (predictor, row) => predictor.Begin(2, Prompts[2], row));
        for (int step = 0; step < steps; step++)
        {
            int[] slots = step < 2 ? [2, 0] : step % 3 == 0 ? [1, 2] : [0, 1, 2];
            if (step == 2) Both(1, (predictor, row) => predictor.Begin(1, Prompts[1], row));
            int[] tokens = [.. slots.Select(slot => (slot * 31 + step * 7) % 97)];
            Both(slots.Length, (predictor, rows) => predictor.Advance(slots, tokens, rows));
        }
    }

    sealed class Swapped(ITokenPredictor inner) : ITokenPredictor
    {
        public int ContextLength => inner.ContextLength;

        public int VocabularySize => inner.VocabularySize;

        public int Slots => inner.Slots;

        public void Begin(int slot, ReadOnlySpan<int> tokens, Span<float> logits) => inner.Begin(2 - slot, tokens, logits);

        public void Advance(ReadOnlySpan<int> slots, ReadOnlySpan<int> tokens, Span<float> logits) => inner.Advance(slots, tokens, logits);
    }
}
