using GpuLm.Kernels.AdamW;
using GpuLm.Kernels.Common;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;
using Xunit.Sdk;

namespace GpuLm.Kernels.Tests;

using AdamW = GpuLm.Kernels.AdamW.AdamW;

public class AdamWTests
{
    const double LearningRate = 3e-3, Beta1 = 0.9, Beta2 = 0.99, Epsilon = 1e-8, WeightDecay = 0.1;

    sealed record State(float[] Parameters, float[] Gradients, float[] First, float[] Second)
    {
        public static State Random(int length)
        {
            var random = new TestRandom();
            var second = random.Uniform(length, 0, 1e-4);
            // A parameter that never had a gradient has no moments.
            float[] gradients = random.WithOutliers(length, scale: 0.01), first = random.Normal(length, scale: 0.01);
            (gradients[0], first[0], second[0]) = (0, 0, 0);
            return new State(random.Normal(length), gradients, first, second);
        }
    }

    static AdamWStep Numbers(int step, float clip = 0) => new(LearningRate, Beta1, Beta2, Epsilon, WeightDecay, step, clip);

    static void Check(State actual, State before, double norm, int step, int decayLength, double clip)
    {
        static double[] Wide(float[] x) => Array.ConvertAll(x, value => (double)value);
        var (parameters, first, second) = new AdamWReference(LearningRate, Beta1, Beta2, Epsilon, WeightDecay, clip).Step(
            Wide(before.Parameters), Wide(before.Gradients), Wide(before.First), Wide(before.Second), norm, step, decayLength);
        Budget.Check(actual.Parameters, parameters, terms: 1, what: "parameters");
        Budget.Check(actual.First, first, terms: 1, what: "first moment");
        Budget.Check(actual.Second, second, terms: 1, what: "second moment");
        Budget.CheckSameBits(before.Gradients, actual.Gradients, what: "gradients");
    }

    static State Run(ComputeDevice device, State before, float norm, int step, int decayLength, float clip)
    {
        using var parameters = Fenced.Input(device, before.Parameters);
        using var gradients = Fenced.Input(device, before.Gradients);
        using var first = Fenced.Input(device, before.First);
        using var second = Fenced.Input(device, before.Second);
        using var gradientNorm = Fenced.Input<float>(device, [norm]);
        using var adamW = new AdamW(device);
        adamW.Prepare(Numbers(step, clip));
        adamW.Step(parameters, gradients, first, second, gradientNorm, before.Parameters.Length, decayLength);
        gradientNorm.Read();
        return new State(parameters.Read(), gradients.Read(), first.Read(), second.Read());
    }

    /// <summary>Lengths around a vector and a group, with no, one, some and all elements that decay.</summary>
    public static TheoryData<string, int, int> Cases
    {
        get
        {
            var data = new TheoryData<string, int, int>();
            foreach (var name in TestDevices.Names)
            {
                foreach (int length in (int[])[1, 2, 15, 16, 17, 31, 33, 127, 128, 129, 1031, 70_001])
                {
                    foreach (int decays in new HashSet<int> { 0, 1, length / 3, length }) data.Add(name.Data, length, decays);
                }
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Step(string name, int length, int decayLength)
    {
        var device = TestDevices.Get(name);
        var before = State.Random(length);
        Check(Run(device, before, norm: 5, step: 3, decayLength, clip: 0), before, norm: 5, step: 3, decayLength, clip: 0);
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void The_first_step_and_a_late_one_correct_the_moments(string name)
    {
        var device = TestDevices.Get(name);
        var before = State.Random(500);
        foreach (int step in (int[])[1, 2, 10, 1000, 1_000_000]) Check(Run(device, before, 1, step, 100, 0), before, 1, step, 100, 0);
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void A_gradient_longer_than_the_clip_is_scaled_and_a_shorter_one_is_not(string name)
    {
        var device = TestDevices.Get(name);
        var before = State.Random(500);
        foreach (float norm in (float[])[0, 0.999f, 1, 1.001f, 7, 1e30f])
        {
            Check(Run(device, before, norm, 5, 100, 1), before, norm, 5, 100, 1);
        }
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void A_norm_that_is_not_finite_changes_no_bit(string name)
    {
        var device = TestDevices.Get(name);
        var before = State.Random(2_000);
        before.Gradients[77] = float.NaN;
        foreach (float norm in (float[])[float.NaN, float.PositiveInfinity])
        {
            foreach (float clip in (float[])[0, 1])
            {
                var after = Run(device, before, norm, 5, 1_000, clip);
                Budget.CheckSameBits(before.Parameters, after.Parameters);
                Budget.CheckSameBits(before.First, after.First);
                Budget.CheckSameBits(before.Second, after.Second);
            }
        }
    }

    /// <summary>Ten steps of each parameter against the closed loop of the oracle, so that moments are carried right.</summary>
    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Ten_steps_from_zero_moments(string name)
    {
        const int length = 301, decayLength = 200;
        var device = TestDevices.Get(name);
        var random = new TestRandom();
        var state = new State(random.Normal(length), random.Normal(length), new float[length], new float[length]);
        for (int step = 1; step <= 10; step++)
        {
            var before = state with { Gradients = random.Normal(length) };
            state = Run(device, before, 20, step, decayLength, 1);
            Check(state, before, 20, step, decayLength, 1);
        }
    }

    [Theory, MemberData(nameof(VectorWidth.All), MemberType = typeof(VectorWidth))]
    public void Every_vector_width_gives_the_oracles_result(int bits)
    {
        using var width = new VectorWidth(bits);
        foreach (int length in (int[])[1, 3, 4, 5, 15, 16, 17, 1031]) Step("cpu", length, decayLength: length / 2);
    }

    /// <summary>Sabotage: a wrong border of decay, a step off by one, clipping forgotten and a short run must turn the check red.</summary>
    [Fact]
    public void Planted_faults_are_seen()
    {
        var device = TestDevices.Get("cpu");
        var before = State.Random(500);
        Check(Run(device, before, 4, 5, 100, 1), before, 4, 5, 100, 1);
        Assert.Throws<FailException>(() => Check(Run(device, before, 4, 5, 101, 1), before, 4, 5, 100, 1));
        Assert.Throws<FailException>(() => Check(Run(device, before, 4, 6, 100, 1), before, 4, 5, 100, 1));
        Assert.Throws<FailException>(() => Check(Run(device, before, 4, 5, 100, 0), before, 4, 5, 100, 1));
        var shortened = new State(before.Parameters[..^1], before.Gradients[..^1], before.First[..^1], before.Second[..^1]);
        var run = Run(device, shortened, 4, 5, 100, 1);
        var missing = new State(
            [.. run.Parameters, before.Parameters[^1]], [.. run.Gradients, before.Gradients[^1]], [.. run.First, before.First[^1]],
            [.. run.Second, before.Second[^1]]);
        Assert.Throws<FailException>(() => Check(missing, before, 4, 5, 100, 1));
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var device = TestDevices.Get("cpu");
        using var adamW = new AdamW(device);
        using var x = Fenced.Output(device, 5);
        Assert.Contains("Prepare", Assert.Throws<ArgumentException>(() => adamW.Step(x, x, x, x, x, 5, 5)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => adamW.Prepare(Numbers(0)));
        Assert.Throws<ArgumentException>(() => adamW.Prepare(Numbers(1) with { Beta2 = 1 }));
        Assert.Throws<ArgumentException>(() => adamW.Prepare(Numbers(1) with { Epsilon = 0 }));
        adamW.Prepare(Numbers(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => adamW.Step(x, x, x, x, x, 0, 0));
        Assert.Throws<ArgumentException>(() => adamW.Step(x, x, x, x, x, 6, 0));
        Assert.Throws<ArgumentException>(() => adamW.Step(x, x, x, x, x, 5, 6));
    }
}
