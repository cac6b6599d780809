using GpuLm.Bench.Results;
using GpuLm.Bench.Steps;
using GpuLm.Models;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Bench.Tests.Steps;

public class StepSuiteTests
{
    [Fact]
    public void A_tiny_run_has_a_row_for_the_step_and_for_each_family()
    {
        var result = StepSuite.Run(Cases.Options());
        Assert.Equal("step", result.Suite);
        Assert.True(result.Environment.Tiny);
        var step = result.Rows[0];
        Assert.False(step.Labels.ContainsKey("family"));
        Assert.Equal(39, step.Tokens);
        Assert.Equal(2, step.Seconds.Count);
        Assert.True(step.FloorSeconds > 0 && step.Bytes > 0 && step.MachineSpeed > 0);
        Assert.Equal(39 / step.Samples!.Median, step.Figures["tokens/s"], 1e-6);
        Assert.Equal(step.Flops / step.Samples!.Median / result.Environment.Peaks.FlopsPerSecond, step.Figures["MFU"], 1e-9);
        Assert.Equal(step.Figures["planned memory, bytes"], step.Figures["memory, bytes"]);

        var families = result.Rows.Skip(1).ToList();
        Assert.All(families, row => Assert.Equal(step.Labels["model"], row.Labels["model"]));
        Assert.Equal(
            ["AdamW", "Attention", "BiasGradient", "CrossEntropy", "Embedding", "GradientNorm", "LayerNorm", "MatMul", "Reduction",
                "between launches"],
            families.Select(row => row.Labels["family"]).Order(StringComparer.Ordinal));
        Assert.Equal(step.Launches, families.Sum(row => row.Launches));
        Assert.Equal(1, families.Sum(row => row.Figures["share of the step"]), 0.5);
        Assert.Equal(result.Rows.Count, result.Rows.Select(row => row.Name).Distinct().Count());
        Assert.Equal(families.Count, result.Sections.Single(section => section.Title == "Time per kernel family").Table!.Rows.Count);
    }

    [Fact]
    public void Sabotage_a_wrong_step_is_refused_and_not_timed()
    {
        static void Hundredfold(Gpt model)
        {
            var wte = model.Layout["wte.weight"];
            model.WriteParameters(wte, Array.ConvertAll(model.ReadParameters(wte), x => 100 * x));
        }
        var row = Assert.Single(StepSuite.Run(Cases.Options(), new StepSettings { Plant = Hundredfold }).Rows);
        Assert.True(row.Refused);
        Assert.Contains("untrained weights", row.Reason, default);
        Assert.Empty(row.Seconds);

        static void NotANumber(Gpt model) => model.WriteParameters(
            model.Layout["ln_f.weight"], Enumerable.Repeat(float.NaN, model.Config.Channels).ToArray());
        var lost = StepSuite.Run(Cases.Options(), new StepSettings { Plant = NotANumber });
        Assert.True(Assert.Single(lost.Rows).Refused);
        Assert.Contains(lost.Sections, section => section.Title == "Refused");
    }

    [Fact]
    public void A_cancelled_run_reports_what_it_has()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Empty(StepSuite.Run(Cases.Options() with { Cancellation = cancelled.Token }).Rows);
    }

    [Fact]
    public void Cases_are_open_together_as_far_as_they_fit()
    {
        var one = Cases.Odd;
        long each = one.PlannedBytes;
        StepCase[] three = [one, one with { Recompute = Recompute.Norms }, one with { Recompute = Recompute.Block }];
        Assert.Equal([3], StepSuite.Groups(three, 3 * each).Select(group => group.Count));
        Assert.Equal([1, 1, 1], StepSuite.Groups(three, each / 2).Select(group => group.Count));
        Assert.Equal(3, three.Select(step => step.Name).Distinct().Count());
    }
}
