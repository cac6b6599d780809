using GpuLm.Devices;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Tests.Devices;

/// <summary>Bounds are so wide that only a wrong unit or a wrong sum leaves them: how busy the machine is must not.</summary>
public class DeviceProbeTests
{
    const double Least = 1e4;

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void The_peaks_of_a_device_are_measured_and_plausible(string name)
    {
        var peaks = DeviceProbe.Measure(TestDevices.Get(name));
        TestContext.Current.TestOutputHelper?.WriteLine(peaks.ToString());
        Assert.InRange(peaks.FlopsPerSecond, Least, 1e16);
        Assert.InRange(peaks.MedianFlopsPerSecond, Least, peaks.FlopsPerSecond);
        Assert.InRange(peaks.BytesPerSecond, Least, 1e14);
        Assert.InRange(peaks.MedianBytesPerSecond, Least, peaks.BytesPerSecond);
        Assert.InRange(peaks.LaunchSeconds, 1e-9, 60);
    }
}
