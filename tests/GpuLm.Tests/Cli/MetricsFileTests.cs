using System.Text.Json;
using GpuLm.Cli.Training;
using GpuLm.Training;
using Xunit;

namespace GpuLm.Tests.Cli;

public sealed class MetricsFileTests
{
    static readonly string[] Keys =
        [
            "step", "tokens", "seconds", "loss", "val_loss", "bits_per_byte", "learning_rate", "grad_norm", "tokens_per_second",
            "flops_utilization", "skipped", "skip_reason",
        ];

    [Fact]
    public void A_step_is_a_line_with_the_promised_keys_and_is_on_the_disk_at_once()
    {
        using var folder = new TemporaryFolder();
        using var metrics = new MetricsFile(folder.Path);
        metrics.OnStep(new StepReport(1, 2048, 0.1234, 5.5f, null, null, 0.1f, 2.25f, 1000.44, double.NaN));
        metrics.OnStep(new StepReport(2, 4096, 0.5, float.NaN, 1.88f, 2.71, 1e-3f, float.PositiveInfinity, 5000, 0.4)
        {
            Fault = StepFault.NotFinite, Skipped = 7,
        });
        using var copy = new FileStream(folder["metrics.jsonl"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(copy);
        string[] lines = reader.ReadToEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Equal("", lines[2]);
        Assert.Equal(
            """{"step":1,"tokens":2048,"seconds":0.123,"loss":5.5,"val_loss":null,"bits_per_byte":null""" +
            ""","learning_rate":0.1,"grad_norm":2.25,"tokens_per_second":1000.4,"flops_utilization":null,"skipped":0,"skip_reason":null}""",
            lines[0]);
        using var second = JsonDocument.Parse(lines[1]);
        Assert.Equal(Keys, second.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal(JsonValueKind.Null, second.RootElement.GetProperty("loss").ValueKind);
        Assert.Equal(7, second.RootElement.GetProperty("skipped").GetInt32());
        Assert.Equal("not_finite", second.RootElement.GetProperty("skip_reason").GetString());
        Assert.Equal(1.88f, second.RootElement.GetProperty("val_loss").GetSingle());
    }
}
