using GpuLm.Kernels.Cuda;
using GpuLm.Models;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Tests.Models;

public sealed class PrecisionSupportTests
{
    static readonly GptConfig Gpt2 = GptConfig.FromPreset("gpt2", 50_257), Nano = GptConfig.FromPreset("nano", 256);
    static readonly CudaTraits Ampere = new(8, 0, 108, 1024, 166_912, "A"), Turing = new(7, 5, 40, 1024, 65_536, "T");

    [Fact]
    public void A_CPU_computes_in_fp32_and_refuses_the_rest_with_a_remedy()
    {
        var cpu = TestDevices.Get("cpu");
        Assert.Equal(Precision.Fp32, PrecisionSupport.Best(cpu, Gpt2));
        Assert.Equal(Precision.Fp32, PrecisionSupport.Require(Precision.Fp32, cpu, Gpt2));
        foreach (var precision in (Precision[])[Precision.Tf32, Precision.Bf16])
        {
            var error = Assert.Throws<GpuLmException>(() => new Gpt(cpu, Gpt2, seed: null, new ModelFormat(precision)));
            Assert.Contains($"{PrecisionSupport.NameOf(precision)} needs a CUDA device", error.Message, StringComparison.Ordinal);
            Assert.Contains("--precision fp32", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Tensor_cores_and_the_size_of_heads_decide()
    {
        Assert.Null(PrecisionSupport.Obstacle(Precision.Bf16, Ampere, Gpt2));
        Assert.Null(PrecisionSupport.Obstacle(Precision.Bf16, Ampere, Gpt2 with { Heads = 6 }));
        Assert.Contains("12 heads of 384 channels have 32",
            PrecisionSupport.Obstacle(Precision.Bf16, Ampere, Gpt2 with { Channels = 384 }), StringComparison.Ordinal);
        Assert.Contains("--precision tf32", PrecisionSupport.Obstacle(Precision.Bf16, Ampere, Nano), StringComparison.Ordinal);
        Assert.Null(PrecisionSupport.Obstacle(Precision.Tf32, Ampere, Nano));
        Assert.Contains("T has 7.5", PrecisionSupport.Obstacle(Precision.Tf32, Turing, Nano), StringComparison.Ordinal);
        Assert.Null(PrecisionSupport.Obstacle(Precision.Fp32, Turing, Nano));
    }
}
