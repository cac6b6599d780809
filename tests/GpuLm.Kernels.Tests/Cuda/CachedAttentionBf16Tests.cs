using GpuLm.Kernels.CachedAttention;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

public class CachedAttentionBf16Tests
{
    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void The_last_tokens_of_ragged_sequences_are_right(string name)
    {
        foreach (var shape in new CacheShape[] { new(1, 1, 1, 1, 64), new(3, 45, 2, 1, 64), new(1, 150, 1, 1, 128) })
        {
            int[] lengths = [.. Enumerable.Range(0, shape.Slots).Select(slot => Math.Max(1, shape.Capacity - 13 * slot))];
            var problem = new CacheProblem(shape, lengths).ToBf16();
            Budget.CheckBf16(problem.RunBf16(name, newTokens: 2), problem.Oracle(newTokens: 2), shape.HeadSize);
        }
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Sabotage_keys_of_another_sequence_are_caught(string name)
    {
        var problem = new CacheProblem(new(2, 40, 1, 1, 64), [40, 40]).ToBf16();
        float[] output = problem.RunBf16(name, newTokens: 1);
        (problem.Sequences[0], problem.Sequences[1]) = (problem.Sequences[1], problem.Sequences[0]);
        Assert.Throws<Xunit.Sdk.FailException>(() => Budget.CheckBf16(output, problem.Oracle(newTokens: 1), 64));
    }
}
