using Xunit;

namespace GpuLm.Tests.Cli;

public class TuneCommandTests
{
    [Fact]
    public void A_device_without_tensor_cores_is_refused_with_the_remedy()
    {
        var run = CliRun.Of("tune", "--device", "cpu");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Name a CUDA device", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--batch", "0"), InlineData("--model", "gpt9"), InlineData("--vocabulary", "1")]
    public void A_wrong_option_is_a_usage_error(string option, string value) => Assert.Equal(2, CliRun.Of("tune", option, value).ExitCode);
}
