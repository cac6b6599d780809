using GpuLm.Bench.Results;
using GpuLm.Bench.Scaling;
using GpuLm.Devices;
using GpuLm.Models;
using Xunit;

namespace GpuLm.Bench.Tests.Scaling;

public class ScalingSuiteTests
{
    [Fact]
    public void All_sweeps_of_one_device_run_on_the_cpu()
    {
        var result = Run(new ScalingSettings { Sweeps = [.. ScalingSettings.All.Except([ScalingSettings.Devices])] });
        Assert.Equal("scaling", result.Suite);
        Assert.True(result.Environment.Tiny);
        Assert.DoesNotContain(result.Rows, row => row.Reason is not null);
        Assert.All(result.Rows, row => Assert.Equal(3, row.Seconds.Count));
        Assert.All(result.Rows, row => Assert.True(row is { FloorSeconds: > 0, MachineSpeed: > 0, Launches: > 0 }));
        Assert.Equal(result.Rows.Count, result.Rows.Select(row => row.Name).Distinct().Count());
        var steps = result.Rows.Where(row => row.Labels["what"] == "training step").ToList();
        Assert.All(steps, row => Assert.True(row is { Tokens: > 0, Flops: > 0 }));
        Assert.Equal(["batch", "context", "size"], steps.Select(row => row.Labels["sweep"]).Where(name => name != "workers").Distinct());
        Assert.Contains(result.Sections, section => section.Title == "Sweep over precision" && section.Text.Contains("nothing", default));
    }

    [Fact]
    public void Sabotage_a_step_that_is_wrong_is_refused()
    {
        var result = Run(new ScalingSettings { Sweeps = [ScalingSettings.Batch], Plant = Spoil });
        Assert.All(result.Rows, row => Assert.True(row is { Refused: true, Samples: null, Reason: not null }));
        Assert.NotEmpty(result.Rows);
    }

    [Fact]
    public void A_sweep_that_does_not_exist_is_an_error_for_the_user()
    {
        string message = Assert.Throws<GpuLmException>(() => Run(new ScalingSettings { Sweeps = ["x"] })).Message;
        Assert.Contains("workers, batch", message, default);
    }

    [Fact]
    public void A_cancelled_run_reports_what_it_has()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Empty(Run(new ScalingSettings { Sweeps = [ScalingSettings.Batch] }, source.Token).Rows);
    }

    /// <summary>Large weights: the loss is not that of guessing.</summary>
    static void Spoil(Gpt model)
    {
        var slot = model.Layout.Slots[0];
        model.WriteParameters(slot, [.. Enumerable.Range(0, (int)slot.Length).Select(i => (float)(i % 7))]);
    }

    static SuiteResult Run(ScalingSettings settings, CancellationToken? cancellation = null)
    {
        using var catalog = new DeviceCatalog();
        return ScalingSuite.Run(
            new BenchOptions(
                catalog, catalog.Select("cpu"), Effort.Tiny, "the command", _ => { },
                cancellation ?? TestContext.Current.CancellationToken),
            settings);
    }
}
