using GpuLm.Cli;
using Xunit;

namespace GpuLm.Tests.Cli.Watch;

public sealed class DashboardCommandTests
{
    [Fact]
    public void Steps_with_and_without_a_page_are_compared()
    {
        var run = CliRun.Of("bench", "dashboard", "--device", "cpu", "--tiny");
        Assert.Equal((CommandLine.Success, ""), (run.ExitCode, run.Error));
        foreach (string word in (string[])["parts ", "device   cpu", "nano B16 T128 fp32", "alone ", "watched ", "median of 2 rounds"])
        {
            Assert.Contains(word, run.Out, StringComparison.Ordinal);
        }
    }
}
