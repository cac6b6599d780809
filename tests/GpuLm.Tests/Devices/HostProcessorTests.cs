using System.Text;
using GpuLm.Devices;
using Xunit;

namespace GpuLm.Tests.Devices;

public class HostProcessorTests
{
    [Theory]
    [InlineData("AMD EPYC", "AMD EPYC family 25 model 17")]
    [InlineData("AMD EPYC 9654 96-Core Processor", "AMD EPYC 9654 96-Core Processor")]
    public void A_name_without_a_number_is_completed(string name, string expected)
    {
        using var folder = new TemporaryFolder();
        string text = $"processor\t: 0\ncpu family\t: 25\nmodel\t\t: 17\nmodel name\t: {name}\n\nprocessor\t: 1\nmodel\t\t: 99\n";
        folder.Write("proc/cpuinfo", Encoding.UTF8.GetBytes(text));
        Assert.Equal(expected, HostProcessor.Name(folder.Path));
    }

    [Fact]
    public void Where_the_system_does_not_tell_there_is_a_name_too()
    {
        using var folder = new TemporaryFolder();
        Assert.NotEmpty(HostProcessor.Name(folder.Path));
    }
}
