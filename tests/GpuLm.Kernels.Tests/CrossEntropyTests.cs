using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;
using Xunit.Sdk;

namespace GpuLm.Kernels.Tests;

using CrossEntropy = GpuLm.Kernels.CrossEntropy.CrossEntropy;

public class CrossEntropyTests
{
    const float GradientScale = 1f / 24;

    /// <summary>Ugly shapes, and rows of one block, of two and of a GPT-2 vocabulary.</summary>
    public static TheoryData<string, int, int> Cases
    {
        get
        {
            var data = Shapes.ForEachDevice();
            foreach (var name in TestDevices.Names)
            {
                foreach (int vocabulary in (int[])[2047, 2048, 2049, 4103]) data.Add(name.Data, 2, vocabulary);
            }
            return data;
        }
    }

    static double[] Wide(float[] x) => Array.ConvertAll(x, value => (double)value);

    /// <summary>Logits with rows of equal ones, with a peak on the target, with a peak beside it and without a target.</summary>
    internal static (float[] Logits, int[] Targets) Inputs(int rows, int vocabulary)
    {
        var random = new TestRandom();
        float[] logits = random.Normal(rows * vocabulary, scale: 3);
        int[] targets = random.Ids(rows, vocabulary);
        for (int row = 0; row < rows; row++)
        {
            var x = logits.AsSpan(row * vocabulary, vocabulary);
            if (row % 5 == 1) x[targets[row]] = 60;
            if (row % 5 == 2) x[^1] = 80;
            if (row % 5 == 3) x.Fill(-7.25f);
            if (row % 5 == 4) targets[row] = -1;
        }
        return (logits, targets);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Forward(string name, int rows, int vocabulary)
    {
        var device = TestDevices.Get(name);
        var (hostLogits, hostTargets) = Inputs(rows, vocabulary);
        using var logits = Fenced.Input(device, hostLogits);
        using var targets = Fenced.Input(device, hostTargets);
        using var losses = Fenced.Output(device, rows);
        new CrossEntropy(device).Forward(logits, targets, rows, vocabulary, vocabulary, losses);

        Budget.Check(losses.Read(), CrossEntropyReference.Forward(Wide(hostLogits), hostTargets, rows, vocabulary), terms: 1);
        Budget.CheckSameBits(hostLogits, logits.Read());
    }

    [Theory, MemberData(nameof(Cases))]
    public void ForwardBackward(string name, int rows, int vocabulary)
    {
        var device = TestDevices.Get(name);
        var (hostLogits, hostTargets) = Inputs(rows, vocabulary);
        using var logits = Fenced.Input(device, hostLogits);
        using var targets = Fenced.Input(device, hostTargets);
        using var losses = Fenced.Output(device, rows);
        new CrossEntropy(device).ForwardBackward(logits, targets, rows, vocabulary, vocabulary, GradientScale, losses);

        Budget.Check(losses.Read(), CrossEntropyReference.Forward(Wide(hostLogits), hostTargets, rows, vocabulary), terms: 1);
        Budget.Check(
            logits.Read(), CrossEntropyReference.Backward(Wide(hostLogits), hostTargets, rows, vocabulary, GradientScale), terms: 1);
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Rows_may_be_padded_and_the_padding_is_left_alone(string name)
    {
        const int rows = 7, vocabulary = 65, stride = 80;
        var device = TestDevices.Get(name);
        var (hostLogits, hostTargets) = Inputs(rows, vocabulary);
        var padded = Enumerable.Repeat(1e30f, (rows - 1) * stride + vocabulary).ToArray();
        for (int row = 0; row < rows; row++) hostLogits.AsSpan(row * vocabulary, vocabulary).CopyTo(padded.AsSpan(row * stride));
        using var logits = Fenced.Input(device, padded);
        using var targets = Fenced.Input(device, hostTargets);
        using var losses = Fenced.Output(device, rows);
        new CrossEntropy(device).ForwardBackward(logits, targets, rows, vocabulary, stride, GradientScale, losses);

        float[] actual = logits.Read(), gradient = new float[rows * vocabulary];
        for (int row = 0; row < rows; row++)
        {
            actual.AsSpan(row * stride, vocabulary).CopyTo(gradient.AsSpan(row * vocabulary));
            if (row < rows - 1) Assert.All(actual[(row * stride + vocabulary)..((row + 1) * stride)], value => Assert.Equal(1e30f, value));
        }
        Budget.Check(gradient, CrossEntropyReference.Backward(Wide(hostLogits), hostTargets, rows, vocabulary, GradientScale), terms: 1);
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void A_GPT2_row_with_an_outlier_in_every_place_of_a_block_keeps_its_sum(string name)
    {
        const int vocabulary = 50_257;
        var device = TestDevices.Get(name);
        float[] hostLogits = new TestRandom().Normal(vocabulary, scale: 2, mean: -40);
        for (int i = 0; i < vocabulary; i += 2047) hostLogits[i] += i / 2047;
        int[] hostTargets = [vocabulary - 1];
        using var logits = Fenced.Input(device, hostLogits);
        using var targets = Fenced.Input(device, hostTargets);
        using var losses = Fenced.Output(device, 1);
        new CrossEntropy(device).ForwardBackward(logits, targets, 1, vocabulary, vocabulary, 1, losses);

        Budget.Check(losses.Read(), CrossEntropyReference.Forward(Wide(hostLogits), hostTargets, 1, vocabulary), terms: 1);
        Budget.Check(logits.Read(), CrossEntropyReference.Backward(Wide(hostLogits), hostTargets, 1, vocabulary, 1), terms: 1);
    }

    [Theory]
    [InlineData("cpu", float.NaN), InlineData("cpu", float.PositiveInfinity)]
    [InlineData("opencl", float.NaN), InlineData("opencl", float.PositiveInfinity)]
    [InlineData("cuda", float.NaN), InlineData("cuda", float.PositiveInfinity)]
    public void A_logit_that_is_no_number_makes_its_row_no_number(string name, float bad)
    {
        const int vocabulary = 300;
        var device = TestDevices.Get(name);
        float[] hostLogits = new TestRandom().Normal(2 * vocabulary);
        hostLogits[100] = bad;
        using var logits = Fenced.Input(device, hostLogits);
        using var targets = Fenced.Input<int>(device, [3, 3]);
        using var losses = Fenced.Output(device, 2);
        new CrossEntropy(device).ForwardBackward(logits, targets, 2, vocabulary, vocabulary, 1, losses);
        float[] actual = losses.Read(), gradient = logits.Read();
        Assert.False(float.IsFinite(actual[0]));
        Assert.True(float.IsFinite(actual[1]));
        Assert.Contains(gradient[..vocabulary], float.IsNaN);
        Assert.All(gradient[vocabulary..], value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void The_oracles_gradient_is_that_of_its_losses()
    {
        const int rows = 5, vocabulary = 6;
        double[] logits = Wide(new TestRandom().Normal(rows * vocabulary, scale: 2)), weights = [0.5, 0.5, 0.5, 0.5, 0.5];
        int[] targets = [0, 5, 2, -1, 3];
        FiniteDifferences.Check(
            x => CrossEntropyReference.Forward(x, targets, rows, vocabulary), logits, weights,
            CrossEntropyReference.Backward(logits, targets, rows, vocabulary, 0.5));
    }

    [Theory, MemberData(nameof(VectorWidth.All), MemberType = typeof(VectorWidth))]
    public void Every_vector_width_gives_the_oracles_result(int bits)
    {
        using var width = new VectorWidth(bits);
        foreach (int vocabulary in (int[])[1, 3, 31, 65, 2047, 2049, 5000])
        {
            Forward("cpu", 5, vocabulary);
            ForwardBackward("cpu", 5, vocabulary);
        }
    }

    /// <summary>Sabotage: a term left out of the sum, a target not subtracted and a scale forgotten must all turn the check red.</summary>
    [Fact]
    public void Planted_faults_are_seen()
    {
        const int vocabulary = 50_257;
        float[] host = new TestRandom().Normal(vocabulary);
        int[] targets = [17];
        double[] logits = Wide(host);
        var losses = CrossEntropyReference.Forward(logits, targets, 1, vocabulary);
        var gradient = CrossEntropyReference.Backward(logits, targets, 1, vocabulary, GradientScale);

        host[100] = float.NegativeInfinity;
        var shorter = CrossEntropyReference.Forward(Wide(host), targets, 1, vocabulary);
        float[] notSubtracted = Array.ConvertAll(gradient.Value, value => (float)value);
        float[] notScaled = Array.ConvertAll(gradient.Value, value => (float)value);
        notSubtracted[17] += GradientScale;
        notScaled[5] /= GradientScale;
        Assert.Throws<FailException>(() => Budget.Check([(float)shorter.Value[0]], losses, terms: 1));
        Assert.Throws<FailException>(() => Budget.Check(notSubtracted, gradient, terms: 1));
        Assert.Throws<FailException>(() => Budget.Check(notScaled, gradient, terms: 1));
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var device = TestDevices.Get("cpu");
        var crossEntropy = new CrossEntropy(device);
        using var logits = Fenced.Output(device, 30);
        using var targets = Fenced.Input(device, new int[3]);
        using var losses = Fenced.Output(device, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => crossEntropy.Forward(logits, targets, 0, 10, 10, losses));
        Assert.Throws<ArgumentException>(() => crossEntropy.Forward(logits, targets, 3, 10, 9, losses));
        Assert.Throws<ArgumentException>(() => crossEntropy.Forward(logits, targets, 3, 10, 11, losses));
        Assert.Throws<ArgumentException>(() => crossEntropy.ForwardBackward(logits, targets, 4, 5, 5, 1, losses));
    }
}
