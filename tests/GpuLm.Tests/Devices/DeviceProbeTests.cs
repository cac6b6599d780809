using GpuLm.Devices;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Tests.Devices;

public class DeviceProbeTests
{
    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void The_peaks_of_a_device_are_measured_and_plausible(string name)
    {
        var peaks = DeviceProbe.Measure(TestDevices.Get(name));
        TestContext.Current.TestOutputHelper?.WriteLine(peaks.ToString());
        Assert.InRange(peaks.FlopsPerSecond, 1e8, 1e16);
        Assert.InRange(peaks.MedianFlopsPerSecond, 1e8, peaks.FlopsPerSecond);
        Assert.InRange(peaks.BytesPerSecond, 1e8, 1e14);
        Assert.InRange(peaks.MedianBytesPerSecond, 1e8, peaks.BytesPerSecond);
        Assert.InRange(peaks.LaunchSeconds, 1e-7, 0.1);
    }
}
