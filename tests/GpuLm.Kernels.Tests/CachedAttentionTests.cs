using System.Runtime.Intrinsics;
using GpuLm.Kernels.Attention;
using GpuLm.Kernels.CachedAttention;
using GpuLm.Kernels.CachedAttention.Cpu;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Primitives.Cpu;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests;

public class CachedAttentionTests
{
    /// <summary>
    /// Slots, capacity, H, Hkv, D: a capacity that fills no panel, several panels and blocks, heads that share keys, odd heads.
    /// </summary>
    static readonly CacheShape[] Shapes =
    [
        new(1, 1, 1, 1, 8), new(2, 33, 2, 2, 32), new(3, 70, 4, 2, 7), new(2, 32, 3, 1, 64), new(1, 260, 2, 2, 80), new(1, 97, 1, 1, 256),
    ];

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void The_last_tokens_of_ragged_sequences_are_right(string name)
    {
        foreach (var shape in Shapes)
        {
            int[] lengths = [.. Enumerable.Range(0, shape.Slots).Select(slot => Math.Max(1, shape.Capacity - 13 * slot))];
            Check(name, new CacheProblem(shape, lengths), newTokens: 1);
        }
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Several_new_tokens_see_what_is_before_them_alone(string name) =>
        Check(name, new CacheProblem(new(2, 45, 2, 1, 16), [45, 20]), newTokens: 17);

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Large_logits_are_right(string name) =>
        Check(name, new CacheProblem(new(2, 210, 2, 2, 32), [210, 205], outliers: true), newTokens: 2);

    /// <summary>What a model promises that continues a text with and without a cache.</summary>
    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void The_bits_are_those_of_attention_over_the_whole_sequence(string name)
    {
        foreach (var shape in new CacheShape[] { new(1, 230, 2, 1, 64), new(1, 50, 3, 3, 20) })
        {
            var problem = new CacheProblem(shape, [shape.Capacity]);
            var whole = new AttentionShape(1, shape.Capacity, shape.Heads, shape.KeyValueHeads, shape.HeadSize);
            var device = TestDevices.Get(name);
            using var qkv = Fenced.Input(device, problem.Sequences[0]);
            using var expected = Fenced.Output(device, (int)whole.OutputLength);
            using var logSumExp = Fenced.Output(device, whole.Queries);
            new Attention.Attention(device).Forward(qkv, whole, expected, logSumExp);
            float[] last = problem.Run(name, newTokens: 3);
            Budget.CheckSameBits(expected.Read().AsSpan()[^last.Length..], last);
        }
    }

    [Fact]
    public void Every_vector_width_is_right()
    {
        foreach (var shape in Shapes)
        {
            var problem = new CacheProblem(shape with { Slots = 1 }, [shape.Capacity]);
            var oracle = problem.Oracle(newTokens: 1);
            Budget.Check(RunWidth<Simd128, Vector128<float>>(problem), oracle, shape.HeadSize);
            Budget.Check(RunWidth<Simd256, Vector256<float>>(problem), oracle, shape.HeadSize);
            Budget.Check(RunWidth<Simd512, Vector512<float>>(problem), oracle, shape.HeadSize);
        }
    }

    [Fact]
    public void Sabotage_a_token_that_was_not_appended_is_caught()
    {
        var problem = new CacheProblem(new(2, 40, 2, 2, 16), [40, 31]);
        float[] output = problem.Run("cpu", newTokens: 1, forget: 17);
        Assert.Throws<Xunit.Sdk.FailException>(() => Budget.Check(output, problem.Oracle(newTokens: 1), 16));
    }

    [Fact]
    public void Sabotage_a_query_that_sees_another_sequence_is_caught()
    {
        var problem = new CacheProblem(new(2, 40, 2, 2, 16), [40, 31]);
        (problem.Sequences[0], problem.Sequences[1]) = (problem.Sequences[1], problem.Sequences[0]);
        var swapped = problem.Oracle(newTokens: 1, lengths: [31, 31]);
        Assert.Throws<Xunit.Sdk.FailException>(
            () => Budget.Check(new CacheProblem(problem.Shape, [31, 31]).Run("cpu", newTokens: 1), swapped, 16));
    }

    [Fact]
    public void Tokens_that_do_not_fit_are_refused()
    {
        var device = TestDevices.Get("cpu");
        using var tokens = new PlacedTokens(device, 2, vocabulary: 5, slots: 2, context: 8);
        void Refused(string reason, int[] ids, int[] slots, int[] positions) => Assert.Contains(
            reason, Assert.Throws<ArgumentException>(() => tokens.Load(ids, slots, positions)).Message, StringComparison.Ordinal);
        Refused("Token id 5", [5], [0], [0]);
        Refused("Slot 2", [0], [2], [0]);
        Refused("Position 8", [0], [0], [8]);
        Refused("Position -1", [0], [0], [-1]);
        Refused("1 to 2 rows", [0, 0, 0], [0, 0, 0], [0, 0, 0]);
        Refused("1 to 2 rows", [], [], []);
        Refused("one of each", [0], [0, 1], [0]);

        tokens.Load([0], [0], [0]);
        using var x = Fenced.Input(device, new float[1000]);
        var attention = new CachedAttention.CachedAttention(device);
        void Impossible(string reason, CacheShape shape) => Assert.Contains(
            reason, Assert.Throws<ArgumentException>(() => attention.Append(x.View, tokens, shape, x.View, x.View)).Message,
            StringComparison.Ordinal);
        Impossible("3 query heads", new(2, 8, 3, 2, 1));
        Impossible("257 channels", new(2, 8, 1, 1, 257));
        Impossible("do not fit a cache of 1 by 8", new(1, 8, 1, 1, 4));
        Impossible("do not fit a cache of 2 by 7", new(2, 7, 1, 1, 4));
        Impossible("holds 1000", new(2, 500, 1, 1, 4));
    }

    static void Check(string name, CacheProblem problem, int newTokens)
    {
        float[] output = problem.Run(name, newTokens);
        Budget.Check(output, problem.Oracle(newTokens), problem.Shape.HeadSize);
        Budget.CheckSameBits(output, problem.Run(name, newTokens));
    }

    static unsafe float[] RunWidth<S, V>(CacheProblem problem) where S : struct, ISimd<V> where V : struct
    {
        var (shape, length) = (problem.Shape, problem.Lengths[0]);
        float[] qkv = problem.Sequences[0], keys = new float[shape.KeyLength], values = new float[shape.ValueLength];
        Array.Fill(keys, float.NaN);
        float[] output = new float[shape.OutputSize];
        for (int token = 0; token < length; token++)
        {
            for (int head = 0; head < shape.KeyValueHeads; head++)
            {
                int key = token * shape.TokenSize + (shape.Heads + head) * shape.HeadSize;
                int value = key + shape.KeyValueHeads * shape.HeadSize;
                for (int d = 0; d < shape.HeadSize; d++)
                {
                    keys[shape.KeyOffset(0, head, token) + d * CacheShape.Panel] = qkv[key + d];
                    values[shape.ValueOffset(0, head, token) + d] = qkv[value + d];
                }
            }
        }
        fixed (float* q = qkv, k = keys, v = values, y = output)
        {
            for (int head = 0; head < shape.Heads; head++)
            {
                CpuCachedAttention.Run<S, V>(
                    q + (length - 1) * shape.TokenSize + head * shape.HeadSize, k + shape.KeyOffset(0, head / shape.Group, 0),
                    v + shape.ValueOffset(0, head / shape.Group, 0), length, shape.HeadSize, y + head * shape.HeadSize);
            }
        }
        return output;
    }
}
