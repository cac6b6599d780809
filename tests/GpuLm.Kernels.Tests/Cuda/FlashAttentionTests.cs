using GpuLm.Kernels.Attention;
using GpuLm.Kernels.Common;
using GpuLm.PtxInterpreter;
using GpuLm.Reference;
using GpuLm.TestKit;
using ILGPU;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>
/// Attention in bf16 on tensor cores. The budget is that of fp32 attention on the same bf16 inputs, and on top 2^-8 of what is rounded to
/// bf16: weights before they multiply values, gradients of scores before they multiply queries and keys, outputs before delta, and results.
/// </summary>
public class FlashAttentionTests
{
    static readonly AttentionShape[] Ugly =
    [
        new(1, 1, 2, 1, 64), new(2, 15, 2, 1, 64), new(1, 64, 2, 2, 64), new(1, 65, 2, 1, 128), new(2, 129, 2, 1, 64),
        new(1, 129, 2, 2, 128), new(1, 200, 4, 2, 64), new(1, 200, 2, 1, 128),
    ];

    public static TheoryData<string, AttentionShape> Cases()
    {
        var data = new TheoryData<string, AttentionShape>();
        foreach (string device in TestDevices.CudaNames.Select(row => row.Data))
        {
            foreach (var shape in Ugly) data.Add(device, shape);
        }
        return data;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Forward_and_backward_are_right(string name, AttentionShape shape)
    {
        var problem = Problem.Random(shape);
        var result = Check(name, shape, problem);
        if (shape.Length >= 15) CheckAverages(shape, problem, result);
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Large_logits_are_right(string name)
    {
        var shape = new AttentionShape(1, 140, 2, 1, 64);
        var random = new TestRandom();
        float[] qkv = random.WithOutliers((int)shape.QkvLength, 0.3), dOutput = random.WithOutliers((int)shape.OutputLength);
        Check(name, shape, new(qkv.ToBf16(), dOutput.ToBf16()));
    }

    /// <summary>The running maximum must be corrected in every later step of keys.</summary>
    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Logits_that_grow_with_the_key_are_right(string name)
    {
        var shape = new AttentionShape(1, 150, 1, 1, 128);
        var problem = Problem.Random(shape);
        for (int token = 0; token < shape.Length; token++)
        {
            problem.Qkv[token * shape.TokenSize] = 4;
            problem.Qkv[token * shape.TokenSize + shape.HeadSize] = 0.5f * token;
        }
        Check(name, shape, problem);
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Equal_keys_give_the_mean_of_the_values(string name)
    {
        var shape = new AttentionShape(1, 100, 1, 1, 64);
        var problem = Problem.Random(shape);
        for (int i = 0; i < problem.Qkv.Length; i++)
        {
            int channel = i % shape.TokenSize;
            if (channel < 128) problem.Qkv[i] = channel / 64f;
        }
        Check(name, shape, problem);
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void A_token_sees_nothing_of_later_tokens(string name)
    {
        var shape = new AttentionShape(1, 90, 1, 1, 64);
        var problem = Problem.Random(shape);
        float[] whole = Run(name, shape, problem).Output;
        for (int i = 70 * shape.TokenSize; i < problem.Qkv.Length; i++) problem.Qkv[i] *= -100;
        Budget.CheckSameBits(whole.AsSpan(0, 70 * shape.OutputSize), Run(name, shape, problem).Output.AsSpan(0, 70 * shape.OutputSize));
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Sabotage_a_key_that_is_missed_is_caught(string name)
    {
        var shape = new AttentionShape(1, 100, 1, 1, 64);
        var problem = Problem.Random(shape);
        var faulty = new Problem([.. problem.Qkv], problem.DOutput);
        // The last token's key and value go missing, as if the causal mask hid the diagonal; only its own results may change.
        Array.Clear(faulty.Qkv, 99 * shape.TokenSize + 64, 128);
        var result = Run(name, shape, faulty);
        Assert.Throws<Xunit.Sdk.FailException>(() => CheckForward(shape, problem, result));
        Assert.Throws<Xunit.Sdk.FailException>(() => CheckBackward(shape, problem, result));
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Sabotage_gradients_of_other_outputs_are_caught(string name)
    {
        var shape = new AttentionShape(1, 40, 2, 2, 64);
        var problem = Problem.Random(shape);
        // One number of each sixteenth channel, as if a fragment were mixed up.
        float[] mixed = [.. problem.DOutput.Select((value, i) => i % 16 == 3 ? problem.DOutput[i + 1] : value)];
        var result = Run(name, shape, problem with { DOutput = mixed });
        Assert.Throws<Xunit.Sdk.FailException>(() => CheckBackward(shape, problem, result));
        Assert.Throws<Xunit.Sdk.FailException>(() => CheckAverages(shape, problem, result));
    }

    /// <summary>What a GPU would let pass now and then: no wait for copies, no barrier behind the wait.</summary>
    [Theory, InlineData("cp.async.wait_group 0;"), InlineData("bar.sync\t0;")]
    public void Sabotage_a_missing_synchronisation_is_found(string instruction)
    {
        var shape = new AttentionShape(1, 130, 1, 1, 64);
        Assert.Throws<PtxFault>(() => Run(Faulty(instruction, ""), shape, Problem.Random(shape)));
    }

    /// <summary>
    /// Values that are not transposed on their way into fragments, a mask that hides the diagonal too, scores for weights.
    /// </summary>
    [Theory, InlineData(".x4.trans", ".x4"), InlineData("setp.ge.s32 %wk", "setp.gt.s32 %wk"), InlineData("ex2.approx.ftz.f32", "mov.f32")]
    public void Sabotage_a_wrong_instruction_is_found(string instruction, string wrong)
    {
        var shape = new AttentionShape(1, 70, 1, 1, 64);
        var problem = Problem.Random(shape);
        var result = Run(Faulty(instruction, wrong), shape, problem);
        Assert.Throws<Xunit.Sdk.FailException>(() => CheckForward(shape, problem, result));
        Assert.Throws<Xunit.Sdk.FailException>(() => CheckBackward(shape, problem, result));
    }

    [Fact]
    public void Tensors_in_fp32_are_computed_in_fp32()
    {
        var shape = new AttentionShape(1, 20, 2, 1, 24);
        var device = TestDevices.Get("cpu");
        var problem = Problem.Random(shape);
        using var qkv = Fenced.Input(device, problem.Qkv);
        using var dOutput = Fenced.Input(device, problem.DOutput);
        using var output = Fenced.Output(device, (int)shape.OutputLength);
        using var logSumExp = Fenced.Output(device, shape.Queries);
        using var dQkv = Fenced.Output(device, (int)shape.QkvLength);
        var attention = new Attention.Attention(device);
        attention.Forward(new Tensor(qkv.View), shape, output.View, logSumExp.View);
        attention.Backward(new Tensor(dOutput.View), qkv.View, output.View, logSumExp.View, shape, dQkv.View);
        var result = new Result(output.Read(), logSumExp.Read(), dQkv.Read());
        attention.Forward(qkv.View, shape, output.View, logSumExp.View);
        attention.Backward(dOutput.View, qkv.View, output.View, logSumExp.View, shape, dQkv.View);
        CheckSame(result, new Result(output.Read(), logSumExp.Read(), dQkv.Read()));
    }

    [Fact]
    public void What_bf16_cannot_do_is_refused_with_the_remedy()
    {
        void Refused(string name, AttentionShape shape, int skipped, string reason)
        {
            var device = TestDevices.Get(name);
            using var x = Fenced.InputBf16(device, new float[1_000]);
            using var logSumExp = Fenced.Output(device, 10);
            var view = x.View.SubView(skipped, x.View.Length - skipped);
            var attention = new Attention.Attention(device);
            var refusal = Assert.Throws<ArgumentException>(() => attention.Forward(view, shape, view, logSumExp.View));
            Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        }
        Refused("cpu", new(1, 1, 1, 1, 64), 0, "Use fp32");
        Refused(TestDevices.Interpreted, new(1, 1, 1, 1, 32), 0, "takes 64 or 128");
        Refused(TestDevices.Interpreted, new(1, 1, 1, 1, 64), 1, "16 bytes");
        Refused(TestDevices.Interpreted, new(1, 9, 1, 1, 64), 0, "holds 1000");
    }

    sealed record Problem(float[] Qkv, float[] DOutput)
    {
        public static Problem Random(AttentionShape shape)
        {
            var random = new TestRandom();
            return new(random.Normal((int)shape.QkvLength).ToBf16(), random.Normal((int)shape.OutputLength).ToBf16());
        }
    }

    sealed record Result(float[] Output, float[] LogSumExp, float[] DQkv);

    static Result Check(string name, AttentionShape shape, Problem problem)
    {
        var result = Run(name, shape, problem);
        CheckForward(shape, problem, result);
        CheckBackward(shape, problem, result);
        CheckSame(result, Run(name, shape, problem));
        return result;
    }

    static void CheckSame(Result first, Result second)
    {
        Budget.CheckSameBits(first.Output, second.Output);
        Budget.CheckSameBits(first.LogSumExp, second.LogSumExp);
        Budget.CheckSameBits(first.DQkv, second.DQkv);
    }

    static void CheckForward(AttentionShape shape, Problem problem, Result result)
    {
        var (output, logSumExp) = Forward(shape, problem, exactLogits: false);
        Budget.CheckBf16(result.Output, WithRounding(output, Forward(shape, problem, exactLogits: true).Output, shape), shape.HeadSize);
        Budget.Check(result.LogSumExp, logSumExp, shape.HeadSize);
    }

    static void CheckBackward(AttentionShape shape, Problem problem, Result result)
    {
        Oracle dQkv = Backward(shape, problem, exactLogits: false), rounded = Backward(shape, problem, exactLogits: true);
        Budget.CheckBf16(result.DQkv, WithRounding(dQkv, rounded, shape), shape.HeadSize);
    }

    /// <summary>
    /// Roundings are independent of each other, so on average they make a smaller part of a result than any one of them may: at most three
    /// are behind each other, each with an error evenly distributed up to 2^-8. A term that is missed everywhere makes a larger part.
    /// </summary>
    static void CheckAverages(AttentionShape shape, Problem problem, Result result)
    {
        CheckAverage(result.Output, Forward(shape, problem, exactLogits: true).Output.Value, _ => true, "output");
        double[] dQkv = Backward(shape, problem, exactLogits: true).Value;
        int keys = shape.Heads * shape.HeadSize, values = keys + shape.KeyValueHeads * shape.HeadSize;
        CheckAverage(result.DQkv, dQkv, i => i % shape.TokenSize < keys, "dq");
        CheckAverage(result.DQkv, dQkv, i => i % shape.TokenSize >= keys && i % shape.TokenSize < values, "dk");
        CheckAverage(result.DQkv, dQkv, i => i % shape.TokenSize >= values, "dv");
    }

    static void CheckAverage(float[] actual, double[] expected, Func<int, bool> belongs, string what)
    {
        int[] indices = [.. Enumerable.Range(0, actual.Length).Where(belongs)];
        double error = Math.Sqrt(indices.Sum(i => Math.Pow(actual[i] - expected[i], 2)) / indices.Sum(i => expected[i] * expected[i]));
        bool small = error <= BFloat16.UnitRoundoff;
        if (!small) Assert.Fail($"{what}: the error is {error:g3} of the result on average (seed {TestRandom.Seed}).");
    }

    static (Oracle Output, Oracle LogSumExp) Forward(AttentionShape s, Problem problem, bool exactLogits) => AttentionReference.Forward(
        problem.Qkv.ToDoubles(), s.Batch, s.Length, s.Heads, s.KeyValueHeads, s.HeadSize, exactLogits);

    static Oracle Backward(AttentionShape s, Problem problem, bool exactLogits) => AttentionReference.Backward(
        problem.DOutput.ToDoubles(), problem.Qkv.ToDoubles(), s.Batch, s.Length, s.Heads, s.KeyValueHeads, s.HeadSize, exactLogits);

    /// <summary>An oracle in fp32 whose magnitudes also hold the roundings to bf16 of what has the other oracle's magnitudes.</summary>
    static Oracle WithRounding(Oracle fp32, Oracle rounded, AttentionShape shape)
    {
        double unit = BFloat16.UnitRoundoff / Budget.Limit(0, 1, shape.HeadSize, 0);
        return new(fp32.Value, [.. fp32.Magnitude.Zip(rounded.Magnitude, (magnitude, other) => magnitude + unit * other)]);
    }

    static ComputeDevice Faulty(string instruction, string wrong) => InterpretedCuda.Open(sabotage: ptx =>
    {
        bool isAttention = ptx.Contains("mma.sync", StringComparison.Ordinal);
        string faulty = ptx.Replace(instruction, wrong, StringComparison.Ordinal);
        Assert.True(faulty != ptx || !isAttention, $"There is no {instruction} to replace.");
        return faulty;
    });

    static Result Run(string name, AttentionShape shape, Problem problem) => Run(TestDevices.Get(name), shape, problem);

    static Result Run(ComputeDevice device, AttentionShape shape, Problem problem)
    {
        using var qkv = Fenced.InputBf16(device, problem.Qkv);
        using var dOutput = Fenced.InputBf16(device, problem.DOutput);
        using var output = Fenced.OutputBf16(device, (int)shape.OutputLength);
        using var logSumExp = Fenced.Output(device, shape.Queries);
        using var dQkv = Fenced.OutputBf16(device, (int)shape.QkvLength);
        var attention = new Attention.Attention(device);
        attention.Forward(qkv.View, shape, output.View, logSumExp.View);
        attention.Backward(dOutput.View, qkv.View, output.View, logSumExp.View, shape, dQkv.View);
        return new(output.ReadFloats(), logSumExp.Read(), dQkv.ReadFloats());
    }
}
