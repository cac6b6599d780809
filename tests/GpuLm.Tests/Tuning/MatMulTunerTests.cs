using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul;
using GpuLm.Kernels.MatMul.Cuda;
using GpuLm.Models;
using GpuLm.TestKit;
using GpuLm.Tuning;
using Xunit;

namespace GpuLm.Tests.Tuning;

public sealed class MatMulTunerTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void The_fastest_cut_is_kept_and_found_again(string name)
    {
        var device = TestDevices.Get(name);
        var tuner = new MatMulTuner(device, folder.Path);
        TunedProduct[] products = [new("forward", new(65, 40, 72), false), new("dW", new(40, 64, 600, TransposeA: true), true)];
        foreach (var product in products)
        {
            var result = tuner.Tune(product);
            Assert.Empty(result.Refused);
            Assert.True(
                result.Speedup >= 1, $"the best cut, {result.Best}, is {result.Speedup} times as fast as the rule's, {result.Rule}");
            var kind = product.WideResult ? NumberFormat.Fp32 : NumberFormat.Bf16;
            Assert.Equal(
                result.Best, MatMulTuning.Load(device.Cuda!, folder.Path).Find(ProductClass.Of(NumberFormat.Bf16, kind, product.Shape)));
        }
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Sabotage_a_result_with_a_wrong_or_a_missing_element_is_refused(string name)
    {
        using var operands = new TuningOperands(TestDevices.Get(name), new("forward", new(65, 40, 72), false));
        operands.PoisonResult();
        operands.Multiply(new MatMul(TestDevices.Get(name)));
        float[] right = operands.ReadResult();
        Assert.True(operands.Agree(right, operands.ReadResult()));
        int element = 3 * operands.Shape.LeadingC + 5;
        foreach (float wrong in (float[])[right[element] + 1, float.NaN])
        {
            float[] faulty = [.. right];
            faulty[element] = wrong;
            Assert.False(operands.Agree(right, faulty));
        }
    }

    [Fact]
    public void The_products_of_a_step_are_those_of_the_model()
    {
        var config = new GptConfig(Layers: 1, Heads: 2, Channels: 128, ContextLength: 64, VocabularySize: 300);
        var products = TunedProduct.Of(config, 256);
        Assert.Equal(15, products.Count);
        // Two multiply-adds forward and four backward for each weight and token; positions are looked up, not multiplied.
        double weights = 12.0 * 128 * 128 + 300 * 128;
        Assert.Equal(6 * weights * 256, products.Sum(product => product.Shape.Flops));
    }

    [Fact]
    public void A_device_without_tensor_cores_has_nothing_to_tune() =>
        Assert.Contains(
            "nothing to tune", Assert.Throws<GpuLmException>(() => new MatMulTuner(TestDevices.Get("cpu"))).Message,
            StringComparison.Ordinal);

    public void Dispose() => folder.Dispose();
}
