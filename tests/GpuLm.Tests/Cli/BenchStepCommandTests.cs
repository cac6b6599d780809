using System.Text.Json;
using Xunit;

namespace GpuLm.Tests.Cli;

public class BenchStepCommandTests
{
    [Fact]
    public void The_steps_and_their_families_are_shown()
    {
        var run = CliRun.Of("bench", "step", "--device", "cpu", "--tiny");
        Assert.Equal((0, ""), (run.ExitCode, run.Error.Contains("refused", StringComparison.Ordinal) ? run.Error : ""));
        foreach (string word in (string[])["device   cpu", "ceilings", "ugly B3 T13 fp32", "tokens/s", "MFU", "MatMul", "between launches"])
        {
            Assert.Contains(word, run.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_result_is_written_as_JSON_for_the_options_that_were_given()
    {
        var run = CliRun.Of(
            "bench", "step", "--device", "cpu", "--tiny", "--model", "nano", "--batch", "1", "--context", "5", "--precision", "fp32",
            "--recompute", "block", "--cuda-graph", "off", "--json");
        Assert.Equal(0, run.ExitCode);
        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal("step", json.RootElement.GetProperty("suite").GetString());
        Assert.Contains("--batch 1", json.RootElement.GetProperty("environment").GetProperty("command").GetString(), default);
        var row = json.RootElement.GetProperty("rows")[0];
        Assert.Equal("nano B1 T5 fp32 recompute block without graph", row.GetProperty("name").GetString());
        Assert.Equal(5, row.GetProperty("tokens").GetDouble());
    }

    /// <summary>Whether this build may be measured depends on its work tree; nothing is kept that may not be.</summary>
    [Fact]
    public void A_result_is_kept_only_where_it_could_be_repeated()
    {
        using var folder = new TemporaryFolder();
        var run = CliRun.Of("bench", "step", "--device", "cpu", "--tiny", "--out", folder["kept"]);
        Assert.Equal(run.ExitCode == 0, File.Exists(Path.Combine(folder["kept"], "step.json")));
        if (run.ExitCode != 0) Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--model", "gpt9"), InlineData("--batch", "0"), InlineData("--precision", "fp8"), InlineData("--recompute", "all")]
    public void A_wrong_option_is_a_usage_error(string option, string value)
    {
        var run = CliRun.Of("bench", "step", option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("'gpulm bench step --help'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_precision_that_the_device_lacks_is_an_error_with_the_remedy()
    {
        var run = CliRun.Of("bench", "step", "--device", "cpu", "--tiny", "--precision", "bf16");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--precision fp32", run.Error, StringComparison.Ordinal);
    }
}
