using System.Collections.Concurrent;
using System.Runtime.Intrinsics;
using GpuLm.Kernels.Attention;
using GpuLm.Kernels.Attention.Cpu;
using GpuLm.Kernels.Primitives.Cpu;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests;

public class AttentionTests
{
    static readonly ConcurrentDictionary<string, Attention.Attention> Kernels = new();

    static readonly AttentionShape[] Ugly =
    [
        new(1, 1, 1, 1, 8), new(2, 2, 2, 1, 32), new(1, 12, 3, 3, 1), new(2, 13, 2, 2, 7), new(2, 31, 4, 2, 64), new(1, 32, 2, 2, 80),
        new(3, 33, 6, 2, 8), new(1, 65, 3, 1, 128), new(2, 97, 2, 2, 32), new(1, 130, 1, 1, 256), new(1, 193, 2, 1, 16),
        new(1, 257, 4, 4, 64), new(1, 257, 2, 1, 80),
    ];

    public static TheoryData<string, AttentionShape> Cases()
    {
        var data = new TheoryData<string, AttentionShape>();
        foreach (string device in TestDevices.Names.Select(row => row.Data))
        {
            foreach (var shape in Ugly) data.Add(device, shape);
        }
        return data;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Forward_and_backward_are_right(string name, AttentionShape shape) => Check(name, shape, Problem.Random(shape));

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Large_logits_are_right(string name)
    {
        var shape = new AttentionShape(2, 210, 4, 2, 32);
        var random = new TestRandom();
        Check(name, shape, new Problem(random.WithOutliers((int)shape.QkvLength, 0.3), random.WithOutliers((int)shape.OutputLength)));
    }

    /// <summary>A late key with a far larger logit: the running maximum must be corrected in a later block of keys.</summary>
    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Logits_that_grow_with_the_key_are_right(string name)
    {
        var shape = new AttentionShape(1, 400, 1, 1, 16);
        var problem = Problem.Random(shape);
        for (int token = 0; token < shape.Length; token++)
        {
            problem.Qkv[token * shape.TokenSize] = 4;
            problem.Qkv[token * shape.TokenSize + shape.HeadSize] = 0.25f * token;
        }
        Check(name, shape, problem);
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Equal_keys_give_the_mean_of_the_values(string name)
    {
        var shape = new AttentionShape(1, 100, 2, 2, 8);
        var problem = Problem.Random(shape);
        for (int i = 0; i < problem.Qkv.Length; i++)
        {
            int channel = i % shape.TokenSize;
            if (channel < 32) problem.Qkv[i] = channel;
        }
        Check(name, shape, problem);
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void A_token_sees_nothing_of_later_tokens(string name)
    {
        var shape = new AttentionShape(1, 50, 2, 1, 24);
        var problem = Problem.Random(shape);
        float[] whole = Run(name, shape, problem).Output;
        for (int i = 37 * shape.TokenSize; i < problem.Qkv.Length; i++) problem.Qkv[i] *= -100;
        Budget.CheckSameBits(whole.AsSpan(0, 37 * shape.OutputSize), Run(name, shape, problem).Output.AsSpan(0, 37 * shape.OutputSize));
    }

    [Fact]
    public void Every_vector_width_is_right()
    {
        foreach (var shape in Ugly)
        {
            CheckWidth<Simd128, Vector128<float>>(shape);
            CheckWidth<Simd256, Vector256<float>>(shape);
            CheckWidth<Simd512, Vector512<float>>(shape);
        }
    }

    [Theory, InlineData(1), InlineData(2), InlineData(4)]
    public void The_gradient_is_the_derivative(int keyValueHeads)
    {
        const int batch = 2, length = 5, heads = 4, size = 3;
        var random = new TestRandom();
        double[] x = random.Normal(batch * length * (heads + 2 * keyValueHeads) * size).ToDoubles();
        double[] dOutput = random.Normal(batch * length * heads * size).ToDoubles();
        FiniteDifferences.Check(
            qkv => AttentionReference.Forward(qkv, batch, length, heads, keyValueHeads, size).Output, x, dOutput,
            AttentionReference.Backward(dOutput, x, batch, length, heads, keyValueHeads, size));
    }

    [Fact]
    public void A_key_that_is_missed_is_caught()
    {
        var shape = new AttentionShape(1, 300, 2, 2, 16);
        var problem = Problem.Random(shape);
        var faulty = problem.Copy();
        // The last token's keys and values go missing, as if the causal mask hid the diagonal; only its own results may change.
        Array.Clear(faulty.Qkv, 299 * shape.TokenSize + 32, 64);
        var result = Run("cpu", shape, faulty);
        Assert.Throws<Xunit.Sdk.FailException>(() => CheckForward(shape, problem, result));
        Assert.Throws<Xunit.Sdk.FailException>(() => CheckBackward(shape, problem, result));
    }

    [Fact]
    public void A_head_that_is_not_written_is_caught()
    {
        var shape = new AttentionShape(2, 20, 2, 2, 16);
        var problem = Problem.Random(shape);
        var result = Run("cpu", shape, problem, launched: shape with { Batch = 1 });
        Assert.Throws<Xunit.Sdk.FailException>(() => CheckForward(shape, problem, result));
        Assert.Throws<Xunit.Sdk.FailException>(() => CheckBackward(shape, problem, result));
    }

    [Fact]
    public void Impossible_shapes_are_refused()
    {
        var device = TestDevices.Get("cpu");
        using var x = Fenced.Input(device, new float[100]);
        var attention = new Attention.Attention(device);
        void Refused(AttentionShape shape, string reason)
        {
            var refusal = Assert.Throws<ArgumentException>(() => attention.Forward(x, shape, x, x));
            Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        }
        Refused(new(1, 1, 3, 2, 1), "3 query heads");
        Refused(new(1, 1, 1, 1, 257), "257 channels");
        Refused(new(1, 101, 1, 1, 1), "holds 100");
        Assert.Throws<ArgumentOutOfRangeException>(() => attention.Forward(x, new(1, 0, 1, 1, 1), x, x));
    }

    sealed record Problem(float[] Qkv, float[] DOutput)
    {
        public static Problem Random(AttentionShape shape)
        {
            var random = new TestRandom();
            return new(random.Normal((int)shape.QkvLength), random.Normal((int)shape.OutputLength));
        }

        public Problem Copy() => new([.. Qkv], [.. DOutput]);
    }

    sealed record Result(float[] Output, float[] LogSumExp, float[] DQkv);

    static void Check(string name, AttentionShape shape, Problem problem)
    {
        var result = Run(name, shape, problem);
        CheckForward(shape, problem, result);
        CheckBackward(shape, problem, result);
        var again = Run(name, shape, problem);
        Budget.CheckSameBits(result.Output, again.Output);
        Budget.CheckSameBits(result.LogSumExp, again.LogSumExp);
        Budget.CheckSameBits(result.DQkv, again.DQkv);
    }

    static void CheckForward(AttentionShape s, Problem problem, Result result)
    {
        var (output, logSumExp) = AttentionReference.Forward(
            problem.Qkv.ToDoubles(), s.Batch, s.Length, s.Heads, s.KeyValueHeads, s.HeadSize);
        Budget.Check(result.Output, output, s.HeadSize);
        Budget.Check(result.LogSumExp, logSumExp, s.HeadSize);
    }

    static void CheckBackward(AttentionShape s, Problem problem, Result result)
    {
        var dQkv = AttentionReference.Backward(
            problem.DOutput.ToDoubles(), problem.Qkv.ToDoubles(), s.Batch, s.Length, s.Heads, s.KeyValueHeads, s.HeadSize);
        Budget.Check(result.DQkv, dQkv, s.HeadSize);
    }

    static Result Run(string name, AttentionShape shape, Problem problem, AttentionShape? launched = null)
    {
        var device = TestDevices.Get(name);
        using var qkv = Fenced.Input(device, problem.Qkv);
        using var dOutput = Fenced.Input(device, problem.DOutput);
        using var output = Fenced.Output(device, (int)shape.OutputLength);
        using var logSumExp = Fenced.Output(device, shape.Queries);
        using var dQkv = Fenced.Output(device, (int)shape.QkvLength);
        var attention = Kernels.GetOrAdd(name, _ => new(device));
        attention.Forward(qkv, launched ?? shape, output, logSumExp);
        attention.Backward(dOutput, qkv, output, logSumExp, launched ?? shape, dQkv);
        return new(output.Read(), logSumExp.Read(), dQkv.Read());
    }

    static unsafe void CheckWidth<S, V>(AttentionShape shape) where S : struct, ISimd<V> where V : struct
    {
        var problem = Problem.Random(shape);
        var result = new Result(new float[shape.OutputLength], new float[shape.Queries], new float[shape.QkvLength]);
        int items = AttentionBlock.ForwardItems(shape), heads = AttentionBlock.BackwardItems(shape);
        fixed (float* qkv = problem.Qkv, dOutput = problem.DOutput)
        fixed (float* output = result.Output, logSumExp = result.LogSumExp, dQkv = result.DQkv)
        {
            // Shares that end in the middle of a head.
            for (int i = 0; i < 3; i++) CpuAttentionForward.Run<S, V>(items * i / 3, items * (i + 1) / 3, qkv, shape, output, logSumExp);
            CpuAttentionBackward.Run<S, V>(0, heads, dOutput, qkv, output, logSumExp, shape, dQkv);
        }
        CheckForward(shape, problem, result);
        CheckBackward(shape, problem, result);
    }}
