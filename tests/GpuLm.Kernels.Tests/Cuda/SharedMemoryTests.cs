using GpuLm.Kernels.Attention;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul;
using GpuLm.Kernels.MatMul.Cuda;
using GpuLm.TestKit;
using ILGPU;
using ILGPU.Runtime;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>What asks for dynamic shared memory, on a device that has the least of it: 99 KB a group, as sm_86 and sm_89.</summary>
public class SharedMemoryTests
{
    static readonly Lazy<ComputeDevice> Ada = new(() => InterpretedCuda.Open(8, 9, lastGroups: 1));

    [Theory, InlineData(64), InlineData(128)]
    public void Attention_fits_the_smallest_device(int headSize)
    {
        var device = Ada.Value;
        var shape = new AttentionShape(1, 1, 1, 1, headSize);
        using var qkv = Fenced.InputBf16(device, new TestRandom().Normal((int)shape.QkvLength));
        using var output = Fenced.OutputBf16(device, headSize);
        using var dQkv = Fenced.OutputBf16(device, (int)shape.QkvLength);
        using var logSumExp = Fenced.Output(device, 1);
        var attention = new Attention.Attention(device);
        attention.Forward(qkv.View, shape, output.View, logSumExp);
        attention.Backward(output.View, qkv.View, output.View, logSumExp, shape, dQkv.View);
        // A token that sees only itself gets its own value, and no gradient but the value's.
        Budget.CheckSameBits(qkv.ReadFloats().AsSpan(2 * headSize), output.ReadFloats());
        float[] expected = [.. new float[2 * headSize], .. output.ReadFloats()];
        Assert.All(expected.Zip(dQkv.ReadFloats()), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-5));
    }

    [Fact]
    public void Every_tile_that_is_chosen_fits_the_smallest_device()
    {
        var device = Ada.Value;
        var config = TensorCoreConfigs.All.Where(config => config.Fits(device.Cuda!)).MaxBy(config => config.SharedBytes)!;
        using var a = Fenced.InputBf16(device, new TestRandom().Normal(config.Rows * 64));
        using var b = Fenced.InputBf16(device, new TestRandom().Normal(64 * config.Columns));
        using var c = Fenced.Output(device, config.Rows * config.Columns);
        new MatMul.MatMul(device, configuration: config.Name).Multiply(
            a.View, b.View, new(config.Rows, config.Columns, 64), c.View);
        Assert.DoesNotContain(c.Read(), float.IsNaN);
        MatMulShape[] large =
            [new(65_536, 6400, 1600), new(1600, 6400, 65_536, TransposeA: true), new(2560, 50_257, 1600, TransposeB: true)];
        Assert.All(large, shape => Assert.InRange(
            TensorCoreConfigs.Choose(shape, NumberFormat.Bf16, device.Cuda!).Config.SharedBytes, 1, 99 * 1024));
    }

    [Fact]
    public void Sabotage_more_than_the_device_has_is_refused()
    {
        var device = Ada.Value;
        using var x = Fenced.Output(device, 8);
        var launch = device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, long, ArrayView<float>>>(Gelu.GeluKernels.Tanh);
        var tooMuch = new KernelConfig(1, 32, SharedMemoryConfig.RequestDynamic<byte>(100 * 1024));
        Assert.Throws<InvalidOperationException>(() => launch(device.Stream, tooMuch, x.View, 8, x.View));
    }
}
