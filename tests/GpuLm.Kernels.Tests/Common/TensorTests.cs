using GpuLm.Kernels.Common;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests.Common;

public class TensorTests
{
    [Fact]
    public void A_tensor_keeps_its_format_and_refuses_to_be_read_as_the_other()
    {
        var device = TestDevices.Get("cpu");
        using var words = device.Allocate<float>(10);
        using var halves = device.Allocate<BFloat16>(20);
        Tensor single = words.View.AsContiguous(), half = halves.View.AsContiguous();

        Assert.Equal((NumberFormat.Fp32, 10), (single.Format, single.Length));
        Assert.Equal((NumberFormat.Bf16, 20), (half.Format, half.Length));
        Assert.Equal(4, single.SubView(3, 4).AsFp32().Length);
        Assert.Equal(5, half.SubView(1, 5).AsBf16().Length);
        Assert.Contains("one format", Assert.Throws<ArgumentException>(() => single.AsBf16()).Message, StringComparison.Ordinal);
        Assert.Contains("one format", Assert.Throws<ArgumentException>(() => half.AsFp32()).Message, StringComparison.Ordinal);
    }
}
