using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;
using Xunit.Sdk;

namespace GpuLm.Kernels.Tests.Cuda;

using CrossEntropy = GpuLm.Kernels.CrossEntropy.CrossEntropy;

public class CrossEntropyBf16Tests
{
    const float GradientScale = 1f / 24;

    /// <summary>
    /// Rows, vocabulary and stride: one logit, less than a vector, whole vectors, padding of more than one, more than a group reads at
    /// once.
    /// </summary>
    public static TheoryData<string, int, int, int> Cases
    {
        get
        {
            var data = new TheoryData<string, int, int, int>();
            foreach (var name in TestDevices.CudaNames)
            {
                foreach (var (rows, vocabulary, stride) in (IEnumerable<(int, int, int)>)
                    [(1, 1, 8), (5, 7, 8), (6, 65, 128), (10, 512, 512), (3, 4095, 4096), (2, 4096, 4096), (2, 4097, 4160),
                        (1, 50_257, 50_304)])
                {
                    data.Add(name.Data, rows, vocabulary, stride);
                }
            }
            return data;
        }
    }

    /// <summary>The logits of the tests in fp32, rounded.</summary>
    static (float[] Logits, int[] Targets) Inputs(int rows, int vocabulary)
    {
        var (logits, targets) = CrossEntropyTests.Inputs(rows, vocabulary);
        return (logits.ToBf16(), targets);
    }

    /// <summary>Rows in their strides, with numbers between them that must not count: the largest, and none.</summary>
    static float[] Pad(float[] logits, int rows, int vocabulary, int stride)
    {
        var padded = new float[rows * stride];
        for (int i = 0; i < padded.Length; i++) padded[i] = i % 2 == 0 ? 3e38f : float.NaN;
        for (int row = 0; row < rows; row++) logits.AsSpan(row * vocabulary, vocabulary).CopyTo(padded.AsSpan(row * stride));
        return padded;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Forward(string name, int rows, int vocabulary, int stride)
    {
        var device = TestDevices.Get(name);
        var (hostLogits, hostTargets) = Inputs(rows, vocabulary);
        using var logits = Fenced.InputBf16(device, Pad(hostLogits, rows, vocabulary, stride));
        using var targets = Fenced.Input(device, hostTargets);
        using var losses = Fenced.Output(device, rows);
        var before = logits.Read();
        new CrossEntropy(device).Forward(logits.View, targets, rows, vocabulary, stride, losses);
        Budget.Check(losses.Read(), CrossEntropyReference.Forward(hostLogits.ToDoubles(), hostTargets, rows, vocabulary), terms: 1);
        Assert.Equal(before, logits.Read());
    }

    [Theory, MemberData(nameof(Cases))]
    public void Forward_and_backward(string name, int rows, int vocabulary, int stride)
    {
        var device = TestDevices.Get(name);
        var (hostLogits, hostTargets) = Inputs(rows, vocabulary);
        using var logits = Fenced.InputBf16(device, Pad(hostLogits, rows, vocabulary, stride));
        using var targets = Fenced.Input(device, hostTargets);
        using var losses = Fenced.Output(device, rows);
        new CrossEntropy(device).ForwardBackward(logits.View, targets, rows, vocabulary, stride, GradientScale, losses);
        Budget.Check(losses.Read(), CrossEntropyReference.Forward(hostLogits.ToDoubles(), hostTargets, rows, vocabulary), terms: 1);
        CheckGradient(logits.ReadFloats(), hostLogits, hostTargets, rows, vocabulary, stride);
    }

    static void CheckGradient(float[] actual, float[] logits, int[] targets, int rows, int vocabulary, int stride)
    {
        var gradient = new float[rows * vocabulary];
        for (int row = 0; row < rows; row++)
        {
            actual.AsSpan(row * stride, vocabulary).CopyTo(gradient.AsSpan(row * vocabulary));
            Budget.CheckSameBits(new float[stride - vocabulary], actual.AsSpan(row * stride + vocabulary, stride - vocabulary), "padding");
        }
        var expected = CrossEntropyReference.Backward(logits.ToDoubles(), targets, rows, vocabulary, GradientScale);
        Budget.CheckBf16(gradient, expected, terms: 1);
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void A_logit_that_is_no_number_makes_its_row_no_number(string name)
    {
        const int vocabulary = 300, stride = 304;
        var device = TestDevices.Get(name);
        foreach (float bad in (float[])[float.NaN, float.PositiveInfinity])
        {
            float[] hostLogits = new TestRandom().Normal(2 * stride);
            hostLogits[100] = bad;
            using var logits = Fenced.InputBf16(device, hostLogits);
            using var targets = Fenced.Input<int>(device, [3, 3]);
            using var losses = Fenced.Output(device, 2);
            new CrossEntropy(device).ForwardBackward(logits.View, targets, 2, vocabulary, stride, 1, losses);
            float[] actual = losses.Read(), gradient = logits.ReadFloats();
            Assert.False(float.IsFinite(actual[0]));
            Assert.True(float.IsFinite(actual[1]));
            Assert.Contains(gradient[..vocabulary], float.IsNaN);
            Assert.All(gradient[stride..], value => Assert.True(float.IsFinite(value)));
        }
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void A_stride_that_does_not_fill_vectors_is_refused(string name)
    {
        var device = TestDevices.Get(name);
        using var logits = Fenced.InputBf16(device, new float[80]);
        using var targets = Fenced.Input<int>(device, [0, 0]);
        using var losses = Fenced.Output(device, 2);
        var crossEntropy = new CrossEntropy(device);
        Assert.Throws<ArgumentException>(() => crossEntropy.Forward(logits.View, targets, 2, 35, 36, losses));
        Assert.Throws<ArgumentException>(() => crossEntropy.Forward(logits.View, targets, 2, 41, 40, losses));
        Assert.Throws<ArgumentException>(() => crossEntropy.Forward(logits.View, targets, 2, 41, 48, losses));
    }

    /// <summary>Sabotage: padding that is not cleared, and a target one place off.</summary>
    [Fact]
    public void Planted_faults_are_seen()
    {
        const int rows = 2, vocabulary = 5, stride = 8;
        var (logits, targets) = Inputs(rows, vocabulary);
        var oracle = CrossEntropyReference.Backward(logits.ToDoubles(), targets, rows, vocabulary, GradientScale);
        float[] right = Pad(oracle.Value.ToFloats().ToBf16(), rows, vocabulary, stride);
        for (int i = 0; i < right.Length; i++) right[i] = i % stride < vocabulary ? right[i] : 0;
        CheckGradient(right, logits, targets, rows, vocabulary, stride);
        float[] dirty = [.. right];
        dirty[stride - 1] = 1e-30f;
        Assert.Throws<FailException>(() => CheckGradient(dirty, logits, targets, rows, vocabulary, stride));
        int[] shifted = [(targets[0] + 1) % vocabulary, targets[1]];
        Assert.Throws<FailException>(() => CheckGradient(right, logits, shifted, rows, vocabulary, stride));
    }
}
