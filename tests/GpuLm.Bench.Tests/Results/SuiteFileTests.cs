using System.Text.Json;
using GpuLm.Bench.Results;
using GpuLm.Tests;
using Xunit;

namespace GpuLm.Bench.Tests.Results;

public class SuiteFileTests
{
    [Fact]
    public void What_is_written_is_read_again()
    {
        using var folder = new TemporaryFolder();
        var written = Example.Suite(Example.Row("a", 0.1, 0.2), Example.Row("b") with { Reason = "no such kernel" });
        SuiteFile.Write(folder.Path, written);
        var read = SuiteFile.Read(SuiteFile.PathIn(folder.Path, "kernels"));
        Assert.Equal(JsonSerializer.Serialize(written), JsonSerializer.Serialize(read));
        Assert.Equal(2e-3 / 0.15, read.Rows[0].ShareOfCeiling, 1e-9);
        Assert.True(double.IsNaN(read.Rows[1].ShareOfCeiling));
    }

    [Fact]
    public void A_file_that_is_missing_or_no_result_is_an_error_for_the_user()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("There is no", Assert.Throws<GpuLmException>(() => SuiteFile.Read(folder["kernels.json"])).Message, default);
        foreach (string text in (string[])["", "[]", "null", "{}", "{\"suite\": 1}"])
        {
            folder.Write("bad.json", System.Text.Encoding.UTF8.GetBytes(text));
            Assert.Contains("bad.json", Assert.Throws<GpuLmException>(() => SuiteFile.Read(folder["bad.json"])).Message, default);
        }
    }
}
