using GpuLm.Devices;
using Xunit;

namespace GpuLm.Tests.Devices;

public class DeviceSelectorTests
{
    static readonly DeviceInfo Cpu = Device(DeviceKind.Cpu, 0, isGpu: false);
    static readonly DeviceInfo CpuOverOpenCL = Device(DeviceKind.OpenCL, 0, isGpu: false);
    static readonly DeviceInfo GpuOverOpenCL = Device(DeviceKind.OpenCL, 1, isGpu: true);
    static readonly DeviceInfo FirstCuda = Device(DeviceKind.Cuda, 0, isGpu: true), SecondCuda = Device(DeviceKind.Cuda, 1, isGpu: true);
    static readonly DeviceInfo[] All = [Cpu, CpuOverOpenCL, GpuOverOpenCL, FirstCuda, SecondCuda];

    [Fact]
    public void Auto_prefers_cuda_then_a_gpu_over_opencl_then_the_cpu()
    {
        Assert.Same(FirstCuda, DeviceSelector.Select(All, "auto"));
        Assert.Same(GpuOverOpenCL, DeviceSelector.Select(All[..3], "auto"));
        Assert.Same(Cpu, DeviceSelector.Select(All[..2], "auto"));
    }

    [Fact]
    public void Auto_passes_over_a_device_that_cannot_run_kernels() =>
        Assert.Same(SecondCuda, DeviceSelector.Select([Cpu, FirstCuda with { Obstacle = "too old" }, SecondCuda], "auto"));

    [Theory]
    [InlineData("cpu", "cpu"), InlineData("opencl", "opencl:0"), InlineData("opencl:1", "opencl:1"), InlineData(" CUDA:1 ", "cuda:1")]
    [InlineData("cuda", "cuda:0")]
    public void A_name_selects_the_device_it_names(string selector, string id) => Assert.Equal(id, DeviceSelector.Select(All, selector).Id);

    [Theory]
    [InlineData("cuda", "cuda"), InlineData("opencl:7", "opencl:7")]
    public void A_missing_device_is_an_error_that_lists_what_there_is(string selector, string expected)
    {
        string message = Assert.Throws<DeviceNotFoundException>(() => DeviceSelector.Select([Cpu, CpuOverOpenCL], selector)).Message;
        Assert.Contains($"no device '{expected}'", message, StringComparison.Ordinal);
        Assert.Contains(Cpu.ToString(), message, StringComparison.Ordinal);
        Assert.Contains(CpuOverOpenCL.ToString(), message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""), InlineData("gpu"), InlineData("cpu:0"), InlineData("cuda:"), InlineData("cuda:-1"), InlineData("cuda:x")]
    [InlineData("cuda:1:2")]
    public void A_malformed_name_is_an_error_that_shows_the_forms(string selector)
    {
        string message = Assert.Throws<DeviceNotFoundException>(() => DeviceSelector.Select(All, selector)).Message;
        Assert.Contains(DeviceSelector.Forms, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_with_an_obstacle_says_so_when_it_is_asked_for()
    {
        DeviceInfo[] devices = [Cpu, FirstCuda with { Obstacle = "too old" }];
        string message = Assert.Throws<DeviceNotFoundException>(() => DeviceSelector.Select(devices, "cuda")).Message;
        Assert.Contains("too old", message, StringComparison.Ordinal);
    }

    static DeviceInfo Device(DeviceKind kind, int index, bool isGpu) =>
        new(kind, index, $"{kind} {index}", "driver 1", isGpu, 1, 1, 1, 0, 1 << 20, []);
}
