using GpuLm.Bench.Measuring;
using GpuLm.Bench.Results;
using GpuLm.Bench.Scaling;
using GpuLm.Bench.Steps;
using GpuLm.Bench.Tests.Results;
using GpuLm.Devices;
using GpuLm.Models;
using Xunit;

namespace GpuLm.Bench.Tests.Scaling;

public class SweepTests
{
    static readonly StepCase Step = new("0.9M", new GptConfig(4, 4, 128, 128, 512), 16, 128, Precision.Fp32);
    static readonly DevicePeaks Peaks = Example.Environment.Peaks;

    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(3, new[] { 1, 2, 3 })]
    [InlineData(12, new[] { 1, 2, 4, 8, 12 })]
    [InlineData(16, new[] { 1, 2, 4, 8, 16 })]
    public void Workers_are_powers_of_two_and_all(int all, int[] expected) => Assert.Equal(expected, SweepPlan.WorkerCounts(all));

    [Fact]
    public void A_step_is_bound_by_the_resource_that_it_needs_longest()
    {
        Assert.Equal(Bound.Compute, StepLimits.Of(Step, Peaks).Bound);
        Assert.Equal(Bound.Memory, StepLimits.Of(Step, Peaks with { BytesPerSecond = 1e9 }).Bound);
        Assert.Equal(Bound.Launch, StepLimits.Of(Step, Peaks with { LaunchSeconds = 0.01 }).Bound);
        Assert.Equal(Bound.Unknown, StepLimits.Of(Step with { Precision = Precision.Bf16 }, Peaks).Bound);
    }

    [Fact]
    public void A_steps_limits_add_up_to_its_floor()
    {
        var limits = StepLimits.Of(Step, Peaks);
        Assert.Equal(StepFloor.OfStep(StepWork.Of(Step), Precision.Fp32, Peaks).Seconds, limits.Compute + limits.Memory, 1e-12);
    }

    [Fact]
    public void A_curve_bends_where_twice_the_resource_gives_little()
    {
        Assert.Equal(2, Throughput.BendOf([1, 2, 4, 8], [1, 2, 3.8, 4]));
        Assert.Null(Throughput.BendOf([1, 2, 4, 8], [1, 2, 4, 8]));
        Assert.Equal(0, Throughput.BendOf([1, 2, 4], [1, 0.5, 2]));
    }

    [Fact]
    public void The_words_on_workers_follow_from_the_numbers()
    {
        // Half of the step does not run in parallel, while multiply-adds and triad do.
        var text = Words(4, p => 0.5 + 0.5 / p);
        Assert.Contains("1.60 (1.60 to 1.60) times as fast, a parallel efficiency of 0.40", text, default);
        Assert.Contains("multiply-adds 4.00 (4.00 to 4.00), triad 4.00", text, default);
        Assert.Contains("alone it would become 4.00 times as fast. What is missing goes to work that does not run", text, default);
        Assert.Contains("a share of 0.5000 (0.5000 to 0.5000)", text, default);
        Assert.Contains("The curve bends at 1:", text, default);
        Assert.Contains("contention 0.5000", text, default);
    }

    [Fact]
    public void On_two_workers_the_words_say_what_is_not_identified()
    {
        var text = Words(2, p => 1 / p);
        Assert.Contains("The step scales as its resources do.", text, default);
        Assert.Contains("nothing here shows whether it holds", text, default);
        Assert.Contains("Gunther's law is not identified", text, default);
    }

    [Fact]
    public void The_words_on_batches_follow_from_the_numbers()
    {
        int[] batches = [1, 2, 4, 8];
        SweepPoint[] points = [.. batches.Select(batch => Point(batch) with { Step = Step with { Batch = batch } })];
        var measured = points.Select(point => Call(point, SweepCall.Step, 0, 0, 0.003 + 0.001 * point.Number)).ToList();
        var section = SweepSections.Of(new Sweep(ScalingSettings.Batch, points), measured).Single();
        Assert.Contains("costs 3.00 (3.00 to 3.00) ms whatever its batch", section.Text, default);
        Assert.Contains("half of that is reached at a batch of 3.00", section.Text, default);
        Assert.Contains("128000 (128000 to 128000) tokens/s", section.Text, default);
        Assert.Contains("compute-bound at 1 to 8", section.Text, default);
        Assert.All(section.Table!.Rows, row => Assert.Equal(section.Table.Columns.Count, row.Count));
    }

    static string Words(int all, Func<double, double> time)
    {
        SweepPoint[] points = [.. SweepPlan.WorkerCounts(all).Select(count => Point(count))];
        var measured = points.SelectMany(point => (Measured[])
        [
            Call(point, SweepCall.Step, Step.ModelFlops, 0, time(point.Number)),
            Call(point, CeilingCalls.MultiplyAdds, 1e9, 0, 1 / point.Number), Call(point, CeilingCalls.Triad, 1e6, 1e9, 1 / point.Number),
        ]).ToList();
        return SweepSections.Of(new Sweep(ScalingSettings.Workers, points), measured).Single().Text;
    }

    static SweepPoint Point(int number) =>
        new(number.ToString(System.Globalization.CultureInfo.InvariantCulture), number, Step, Example.Environment.Device);

    /// <summary>Ceilings in proportion to the number of workers.</summary>
    static Measured Call(SweepPoint point, string what, double flops, double bytes, double seconds) => new(
        new SweepCall(point, what, flops, bytes, 1, () => { }), new Samples([.. Enumerable.Repeat(seconds, 5)]), 1,
        Peaks with { FlopsPerSecond = 1e9 * point.Number, BytesPerSecond = 1e9 * point.Number });
}
