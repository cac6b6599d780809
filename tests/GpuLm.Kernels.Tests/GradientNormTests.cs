using GpuLm.Kernels.Common;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;
using Xunit.Sdk;

namespace GpuLm.Kernels.Tests;

using GradientNorm = GpuLm.Kernels.GradientNorm.GradientNorm;

public class GradientNormTests
{
    static float Norm(ComputeDevice device, float[] host)
    {
        using var gradients = Fenced.Input(device, host);
        using var workspace = Fenced.Output(device, GradientNorm.WorkspaceLength);
        using var norm = Fenced.Output(device, 1);
        new GradientNorm(device).Compute(gradients, host.Length, workspace, norm);
        workspace.Read();
        return norm.Read()[0];
    }

    static Oracle Expected(float[] host) => GradientNormReference.Norm(Array.ConvertAll(host, value => (double)value));

    [Theory, MemberData(nameof(ReductionTests.Cases), MemberType = typeof(ReductionTests))]
    public void Compute(string name, int length)
    {
        var device = TestDevices.Get(name);
        float[] host = new TestRandom().WithOutliers(length, scale: 1e-3);
        Budget.Check([Norm(device, host)], Expected(host), terms: Math.Min(length, 256));
    }

    /// <summary>
    /// Whole vectors take their own kernel on CUDA: less than a group of them, several groups, all that four loads at a time leave over.
    /// </summary>
    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Compute_in_vectors(string name)
    {
        foreach (int length in (int[])[4, 1_020, 4_096, 32_768, 100_004, 300_008]) Compute(name, length);
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void One_bad_element_shows_in_the_norm(string name)
    {
        var device = TestDevices.Get(name);
        foreach (float bad in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity, 3e38f])
        {
            foreach (int place in (int[])[0, 5_000, 100_003])
            {
                float[] host = new TestRandom().Normal(100_004);
                host[place] = bad;
                Assert.False(float.IsFinite(Norm(device, host)), $"{bad} at {place}");
            }
        }
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void A_loss_that_is_not_finite_shows_in_the_norm(string name)
    {
        var device = TestDevices.Get(name);
        float[] host = new TestRandom().Normal(10_007);
        Budget.CheckSameBits([Norm(device, host)], [NormOfFiniteLoss(2.5f)]);
        foreach (float bad in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            Assert.Equal(float.NaN, NormOfFiniteLoss(bad));
        }

        float NormOfFiniteLoss(float loss)
        {
            using var gradients = Fenced.Input(device, host);
            using var losses = Fenced.Input(device, [loss]);
            using var workspace = Fenced.Output(device, GradientNorm.WorkspaceLength);
            using var norm = Fenced.Output(device, 1);
            new GradientNorm(device).ComputeOfFiniteLoss(gradients, host.Length, losses, workspace, norm);
            Assert.Equal([loss], losses.Read());
            return norm.Read()[0];
        }
    }

    [Theory, MemberData(nameof(VectorWidth.All), MemberType = typeof(VectorWidth))]
    public void Every_vector_width_gives_the_oracles_result(int bits)
    {
        using var width = new VectorWidth(bits);
        foreach (int length in (int[])[1, 5, 63, 65, 4095, 4097, 100_003]) Compute("cpu", length);
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Twice_the_same_bits(string name)
    {
        var device = TestDevices.Get(name);
        float[] host = new TestRandom().Normal(300_007);
        Budget.CheckSameBits([Norm(device, host)], [Norm(device, host)]);
    }

    /// <summary>Sabotage: a gradient of equal elements of which one in a thousand is left out must turn the check red.</summary>
    [Fact]
    public void A_dropped_part_is_seen()
    {
        var device = TestDevices.Get("cpu");
        float[] host = Enumerable.Repeat(0.01f, 100_000).ToArray();
        Assert.Throws<FailException>(() => Budget.Check([Norm(device, host[..^100])], Expected(host), terms: 256));
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var device = TestDevices.Get("cpu");
        var norm = new GradientNorm(device);
        using var g = Fenced.Output(device, 5);
        using var workspace = Fenced.Output(device, GradientNorm.WorkspaceLength);
        Assert.Throws<ArgumentOutOfRangeException>(() => norm.Compute(g, 0, workspace, g));
        Assert.Throws<ArgumentException>(() => norm.Compute(g, 6, workspace, g));
        Assert.Throws<ArgumentException>(() => norm.Compute(g, 5, g, g));
        Assert.Throws<ArgumentException>(() => norm.ComputeOfFiniteLoss(g, 5, default, workspace, g));
    }
}
