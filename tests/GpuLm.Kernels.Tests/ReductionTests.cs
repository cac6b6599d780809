using GpuLm.Kernels.Common;
using GpuLm.Reference;
using GpuLm.TestKit;
using ILGPU;
using ILGPU.Algorithms;
using Xunit;
using Xunit.Sdk;

namespace GpuLm.Kernels.Tests;

using Reduction = GpuLm.Kernels.Reduction.Reduction;

public class ReductionTests
{
    /// <summary>One element, primes, around a block, around what one group sums alone, and parts of unequal size.</summary>
    public static TheoryData<string, int> Cases
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var name in TestDevices.Names)
            {
                foreach (int length in (int[])[1, 2, 127, 4095, 4096, 4097, 16_384, 16_385, 100_003, 1_000_003])
                {
                    data.Add(name.Data, length);
                }
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Sum_and_mean(string name, int length)
    {
        var device = TestDevices.Get(name);
        float[] host = new TestRandom().WithOutliers(length);
        double[] wide = Array.ConvertAll(host, value => (double)value);
        using var x = Fenced.Input(device, host);
        using var workspace = Fenced.Output(device, Reduction.WorkspaceLength);
        using var sum = Fenced.Output(device, 1);
        using var mean = Fenced.Output(device, 1);
        var reduction = new Reduction(device);
        reduction.Sum(x, length, workspace, sum);
        reduction.Mean(x, length, workspace, mean);
        // The longest chain of roundings is that of a block or of a thread's share.
        double terms = Math.Min(length, 256);
        Budget.Check(sum.Read(), ReductionReference.Sum(wide), terms);
        Budget.Check(mean.Read(), ReductionReference.Mean(wide), terms);
        workspace.Read();
    }

    [Theory, MemberData(nameof(VectorWidth.All), MemberType = typeof(VectorWidth))]
    public void Every_vector_width_gives_the_oracles_result(int bits)
    {
        using var width = new VectorWidth(bits);
        foreach (int length in (int[])[1, 5, 63, 65, 4095, 4097, 100_003]) Sum_and_mean("cpu", length);
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Twice_the_same_bits(string name)
    {
        var device = TestDevices.Get(name);
        float[] host = new TestRandom().Normal(300_007);
        Budget.CheckSameBits(Sum(device, host), Sum(device, host));
    }

    [Fact]
    public void One_worker_gives_the_bits_of_three()
    {
        float[] host = new TestRandom().Normal(300_007);
        using var context = Context.Create(builder => builder.EnableAlgorithms());
        using var one = ComputeDevice.CreateCpu(context, workers: 1);
        using var three = ComputeDevice.CreateCpu(context, workers: 3);
        Budget.CheckSameBits(Sum(one, host), Sum(three, host));
    }

    static float[] Sum(ComputeDevice device, float[] host)
    {
        using var x = Fenced.Input(device, host);
        using var workspace = Fenced.Output(device, Reduction.WorkspaceLength);
        using var sum = Fenced.Output(device, 1);
        new Reduction(device).Sum(x, host.Length, workspace, sum);
        return sum.Read();
    }

    /// <summary>Sabotage: a sum that leaves out its last element, or one element in the middle, must turn the check red.</summary>
    [Theory, InlineData(127), InlineData(4097)]
    public void A_dropped_element_is_seen(int length)
    {
        var device = TestDevices.Get("cpu");
        float[] host = Enumerable.Repeat(1f, length).ToArray();
        var expected = ReductionReference.Sum(Array.ConvertAll(host, value => (double)value));
        float[] last = Sum(device, host[..^1]);
        host[length / 2] = 0;
        float[] middle = Sum(device, host);
        Assert.Throws<FailException>(() => Budget.Check(last, expected, terms: 256));
        Assert.Throws<FailException>(() => Budget.Check(middle, expected, terms: 256));
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var device = TestDevices.Get("cpu");
        var reduction = new Reduction(device);
        using var x = Fenced.Output(device, 5);
        using var workspace = Fenced.Output(device, Reduction.WorkspaceLength);
        Assert.Throws<ArgumentOutOfRangeException>(() => reduction.Sum(x, 0, workspace, x));
        Assert.Throws<ArgumentException>(() => reduction.Sum(x, 6, workspace, x));
        Assert.Throws<ArgumentException>(() => reduction.Mean(x, 5, x, x));
    }
}
