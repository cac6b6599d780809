using GpuLm.Kernels.AdamW;
using GpuLm.Kernels.Common;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;
using Xunit.Sdk;

namespace GpuLm.Kernels.Tests.Cuda;

using AdamW = GpuLm.Kernels.AdamW.AdamW;

/// <summary>AdamW with matrices in bf16, as copies of fp32 masters and without masters.</summary>
public class AdamWBf16Tests
{
    const double LearningRate = 3e-3, Beta1 = 0.9, Beta2 = 0.99, Epsilon = 1e-8, WeightDecay = 0.1;
    const float Norm = 5, Clip = 1;
    const int StepNumber = 3;
    const ulong Seed = 20_240_917;

    /// <summary>Lengths around a thread's four and a group; no, some and all of them matrices.</summary>
    static readonly (int Length, int Decays)[] Sizes = [(4, 0), (4, 4), (1020, 340), (1024, 1024), (1028, 1024), (10_004, 5_000)];

    sealed record State(float[] Parameters, float[] Gradients, float[] First, float[] Second)
    {
        public static State Random(int length)
        {
            var random = new TestRandom();
            float[] parameters = random.Normal(length), gradients = random.WithOutliers(length, 0.01);
            return new(parameters, gradients, random.Normal(length, 0.01), random.Uniform(length, 0, 1e-4));
        }

        public (Oracle Parameters, Oracle First, Oracle Second) Step(int decayLength) =>
            new AdamWReference(LearningRate, Beta1, Beta2, Epsilon, WeightDecay, Clip).Step(
                Parameters.ToDoubles(), Gradients.ToDoubles(), First.ToDoubles(), Second.ToDoubles(), Norm, StepNumber, decayLength);
    }

    static AdamWStep Numbers(int step) => new(LearningRate, Beta1, Beta2, Epsilon, WeightDecay, step, Clip);

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Masters_and_their_copies(string name)
    {
        var device = TestDevices.Get(name);
        foreach (var (length, decays) in Sizes)
        {
            var before = State.Random(length);
            using var parameters = Fenced.Input(device, before.Parameters);
            using var gradients = Fenced.Input(device, before.Gradients);
            using var first = Fenced.Input(device, before.First);
            using var second = Fenced.Input(device, before.Second);
            using var norm = Fenced.Input<float>(device, [Norm]);
            using var matrices = Fenced.OutputBf16(device, Math.Max(1, decays));
            using var adamW = new AdamW(device);
            adamW.Prepare(Numbers(StepNumber));
            adamW.Step(parameters, gradients, first, second, norm, length, decays, matrices);

            var expected = before.Step(decays);
            float[] after = parameters.Read();
            Budget.Check(after, expected.Parameters, terms: 1);
            Budget.Check(first.Read(), expected.First, terms: 1);
            Budget.Check(second.Read(), expected.Second, terms: 1);
            Budget.CheckSameBits(before.Gradients, gradients.Read());
            Budget.CheckSameBits(after[..decays].ToBf16(), matrices.ReadFloats().AsSpan(0, decays));
        }
    }

    static (float[] Matrices, float[] Vectors, float[] First, float[] Second) RunWithoutMasters(
        ComputeDevice device, State before, int decays, float gradientNorm, int step, ulong seed)
    {
        int length = before.Parameters.Length;
        using var matrices = Fenced.InputBf16(device, before.Parameters[..decays]);
        using var vectors = Fenced.Input(device, before.Parameters[decays..]);
        using var gradients = Fenced.Input(device, before.Gradients);
        using var first = Fenced.Input(device, before.First);
        using var second = Fenced.Input(device, before.Second);
        using var norm = Fenced.Input<float>(device, [gradientNorm]);
        using var adamW = new AdamW(device);
        adamW.Prepare(Numbers(step));
        adamW.StepWithoutMasters(matrices, vectors, gradients, first, second, norm, length, decays, seed);
        return (matrices.ReadFloats(), vectors.Read(), first.Read(), second.Read());
    }

    static State Rounded(int length, int decays)
    {
        var state = State.Random(length);
        return state with { Parameters = [.. state.Parameters[..decays].ToBf16(), .. state.Parameters[decays..]] };
    }

    /// <summary>Every matrix element is one of the two bf16 numbers around the oracle's value, which is known to the fp32 budget.</summary>
    static void CheckNeighbours(float[] actual, Oracle expected)
    {
        for (int i = 0; i < actual.Length; i++)
        {
            double value = expected.Value[i], unit = Math.ScaleB(1, Math.ILogB(value) - 7);
            double limit = unit + Budget.Limit(value, expected.Magnitude[i], terms: 1, ulps: 4);
            if (!(Math.Abs(actual[i] - value) <= limit)) Assert.Fail($"Matrix element {i} is {actual[i]}, no neighbour of {value}.");
        }
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Without_masters(string name)
    {
        var device = TestDevices.Get(name);
        foreach (var (length, decays) in Sizes)
        {
            var before = Rounded(length, decays);
            var after = RunWithoutMasters(device, before, decays, Norm, StepNumber, Seed);
            var (parameters, first, second) = before.Step(decays);
            CheckNeighbours(after.Matrices, parameters);
            Budget.Check(after.Vectors, new Oracle(parameters.Value[decays..], parameters.Magnitude[decays..]), terms: 1);
            Budget.Check(after.First, first, terms: 1);
            Budget.Check(after.Second, second, terms: 1);
        }
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void The_random_bits_depend_on_seed_step_and_element_alone(string name)
    {
        const int length = 1024;
        var device = TestDevices.Get(name);
        var before = Rounded(length, length);
        float[] Run(int step, ulong seed) => RunWithoutMasters(device, before, length, Norm, step, seed).Matrices;
        float[] once = Run(StepNumber, Seed);
        Budget.CheckSameBits(once, Run(StepNumber, Seed));
        Assert.NotEqual(once, Run(StepNumber, Seed + 1));
        Assert.NotEqual(once, Run(StepNumber + 1, Seed));
    }

    /// <summary>
    /// Errors in units in the last place: each is evenly spread over the two neighbours, its deviation at most 1/2; the mean of n errors is
    /// beyond 5 / (2 sqrt n) once in a million seeds. Rounding to the nearest leaves every one of these small updates undone.
    /// </summary>
    static void CheckUnbiased(float[] actual, Oracle expected)
    {
        double mean = actual.Zip(expected.Value, (value, exact) => (value - exact) / Math.ScaleB(1, Math.ILogB(exact) - 7)).Average();
        double limit = 5 / (2 * Math.Sqrt(actual.Length));
        if (!(Math.Abs(mean) <= limit)) Assert.Fail($"The mean error is {mean:g3} units in the last place; {limit:g3} are likely.");
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Rounding_is_unbiased(string name)
    {
        const int length = 8192;
        var before = Equal(length);
        var after = RunWithoutMasters(TestDevices.Get(name), before, length, Norm, StepNumber, Seed);
        CheckUnbiased(after.Matrices, before.Step(length).Parameters);
    }

    /// <summary>Sabotage: rounding to the nearest and cutting off are not unbiased.</summary>
    [Fact]
    public void Other_roundings_are_caught()
    {
        var before = Equal(8192);
        var expected = before.Step(8192).Parameters;
        float[] exact = expected.Value.ToFloats();
        Assert.Throws<FailException>(() => CheckUnbiased(exact.ToBf16(), expected));
        float[] cut = Array.ConvertAll(exact, value => new BFloat16((ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)).ToSingle());
        Assert.Throws<FailException>(() => CheckUnbiased(cut, expected));
    }

    /// <summary>Equal parameters with equal small gradients: the update is a fraction of a unit in the last place.</summary>
    static State Equal(int length)
    {
        static float[] All(int length, float value) => [.. Enumerable.Repeat(value, length)];
        return new(All(length, 0.75f), All(length, -0.01f), All(length, -1e-3f), All(length, 1e-6f));
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void A_norm_that_is_not_finite_changes_no_bit(string name)
    {
        var before = Rounded(2_000, 1_000);
        foreach (float norm in (float[])[float.NaN, float.PositiveInfinity])
        {
            var after = RunWithoutMasters(TestDevices.Get(name), before, 1_000, norm, StepNumber, Seed);
            Budget.CheckSameBits(before.Parameters, [.. after.Matrices, .. after.Vectors]);
            Budget.CheckSameBits(before.First, after.First);
            Budget.CheckSameBits(before.Second, after.Second);
        }
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Lengths_that_do_not_fill_vectors_are_refused(string name)
    {
        var device = TestDevices.Get(name);
        using var x = Fenced.Output(device, 12);
        using var matrices = Fenced.OutputBf16(device, 12);
        using var adamW = new AdamW(device);
        adamW.Prepare(Numbers(1));
        Assert.Throws<ArgumentException>(() => adamW.Step(x, x, x, x, x, 10, 4, matrices));
        Assert.Throws<ArgumentException>(() => adamW.StepWithoutMasters(matrices, x, x, x, x, x, 12, 5, Seed));
        Assert.Throws<ArgumentException>(() => adamW.Step(x, x, x, x, x, 12, 12, matrices.View.SubView(0, 8)));
    }

    [Fact]
    public void A_device_without_bf16_is_refused()
    {
        var device = TestDevices.Get("cpu");
        using var x = Fenced.Output(device, 4);
        using var matrices = Fenced.OutputBf16(device, 4);
        using var adamW = new AdamW(device);
        adamW.Prepare(Numbers(1));
        Assert.Throws<ArgumentException>(() => adamW.Step(x, x, x, x, x, 4, 4, matrices));
        Assert.Throws<ArgumentException>(() => adamW.StepWithoutMasters(matrices, x, x, x, x, x, 4, 4, Seed));
    }
}
