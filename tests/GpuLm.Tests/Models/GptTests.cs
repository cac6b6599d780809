using GpuLm.Models;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Tests.Models;

public class GptTests
{
    [Fact]
    public void The_published_sizes_have_the_published_numbers_of_parameters()
    {
        // 124M, 355M, 774M and 1.56B: the released checkpoints, whose output layer is tied.
        Assert.Equal(124_439_808, Count("gpt2"));
        Assert.Equal(354_823_168, Count("gpt2-medium"));
        Assert.Equal(774_030_080, Count("gpt2-large"));
        Assert.Equal(1_557_611_200, Count("gpt2-xl"));

        static long Count(string preset) => new GptLayout(GptConfig.FromPreset(preset, 50_257)).ParameterCount;
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void A_token_changes_no_logits_before_it(string name)
    {
        using var model = new Gpt(TestDevices.Get(name), new GptConfig(2, 2, 16, 12, 31), seed: 3);
        using var inference = new GptInference(model);
        int[] tokens = [5, 3, 30, 1, 0, 7, 7];
        float[] logits = inference.Logits(tokens);
        tokens[4] = 12;
        float[] changed = inference.Logits(tokens);
        Budget.CheckSameBits(logits.AsSpan(0, 4 * 31), changed.AsSpan(0, 4 * 31));
        Assert.NotEqual(logits[(4 * 31)..(5 * 31)], changed[(4 * 31)..(5 * 31)]);
        Assert.Equal(changed[(6 * 31)..], inference.NextTokenLogits(tokens));
    }

    [Fact]
    public void Devices_agree()
    {
        int[] tokens = [5, 3, 30, 1, 0, 7, 7, 2, 2, 9, 11];
        float[] onCpu = Logits("cpu"), onOpenCL = Logits("opencl");
        for (int i = 0; i < onCpu.Length; i++) Assert.Equal(onCpu[i], onOpenCL[i], 1e-5f);

        float[] Logits(string device)
        {
            using var model = new Gpt(TestDevices.Get(device), new GptConfig(2, 2, 16, 12, 31), seed: 3);
            using var inference = new GptInference(model);
            return inference.Logits(tokens);
        }
    }

    [Fact]
    public void Impossible_shapes_and_sequences_are_refused()
    {
        var device = TestDevices.Get("cpu");
        Assert.Contains(
            "do not divide", Assert.Throws<ArgumentException>(() => new Gpt(device, new GptConfig(1, 3, 16, 8, 10), 1)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "no model preset 'gpt9'", Assert.Throws<ArgumentException>(() => GptConfig.FromPreset("gpt9", 10)).Message,
            StringComparison.Ordinal);
        using var model = new Gpt(device, new GptConfig(1, 2, 16, 8, 10), 1);
        using var inference = new GptInference(model);
        Assert.Throws<ArgumentException>(() => inference.NextTokenLogits([]));
        Assert.Throws<ArgumentException>(() => inference.NextTokenLogits([1, 2, 3, 4, 5, 6, 7, 8, 9]));
        Assert.Throws<ArgumentException>(() => inference.NextTokenLogits([1, 10]));
    }
}
