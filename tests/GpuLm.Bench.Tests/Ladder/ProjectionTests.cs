using GpuLm.Bench.Ladder;
using GpuLm.Models;
using Xunit;

namespace GpuLm.Bench.Tests.Ladder;

public class ProjectionTests
{
    static readonly AcceleratorTable Table = AcceleratorTable.Default;

    static ProjectedRun Run(string name, double flops, Precision precision, params MeasuredStep[] steps) =>
        Projection.Of(flops, precision, Table, new KnownUtilization(Table, steps, 0.4)).Runs.Single(run => run.Accelerator.Name == name);

    [Fact]
    public void Time_and_cost_follow_from_peak_and_utilization()
    {
        // 1e21 / (989.4e12 x 0.4) = 2,526,784 s = 701.884 h; at $4.176 an hour; 4 years are 126,230,400 s.
        var run = Run("H100 SXM5 80GB", 1e21, Precision.Bf16);
        Assert.Equal(2_526_784, run.Seconds, 1.0);
        Assert.Equal(2931.07, run.RentDollars!.Value, 0.01);
        Assert.Equal(33_600 * 2_526_784.0 / 126_230_400, run.PurchaseDollars!.Value, 0.01);
        Assert.Equal(700 * 2_526_784.0, run.Joules!.Value, 1e3);
        Assert.Equal(UtilizationBasis.Assumed, run.Utilization.Basis);
        Assert.Equal(6 * 124e6 * 10e9, Projection.FlopsOf(124e6, 10e9));
    }

    [Fact]
    public void What_was_measured_on_the_device_counts_against_its_published_peak()
    {
        var run = Run("H200 SXM", 1e21, Precision.Bf16, LadderExamples.Measured(LadderExamples.H200, "bf16", 300e12));
        Assert.Equal(UtilizationBasis.Measured, run.Utilization.Basis);
        Assert.Equal(300e12 / 989.5e12, run.Utilization.Share, 1e-9);
        Assert.Equal(1e21 / 300e12, run.Seconds, 1.0);
    }

    [Fact]
    public void Else_the_nearest_device_of_the_same_kind_counts_and_says_so()
    {
        var gpu = LadderExamples.Measured(LadderExamples.H200, "bf16", 300e12);
        var slower = LadderExamples.Measured(LadderExamples.Unknown, "bf16", 20e12, bf16Peak: 50e12);
        var cpu = LadderExamples.Measured(LadderExamples.Cpu("Example", 2), "fp32", 250e9);
        var b200 = Run("B200", 1e21, Precision.Bf16, gpu, slower, cpu).Utilization;
        Assert.Equal(UtilizationBasis.Transferred, b200.Basis);
        Assert.Contains("NVIDIA H200", b200.Explanation, default);
        // The table lacks this device: its measured peak counts.
        var t4 = Run("Tesla T4", 1e21, Precision.Bf16, gpu, slower, cpu).Utilization;
        Assert.Equal((UtilizationBasis.Transferred, 20e12 / 50e12), (t4.Basis, t4.Share));
        var ryzen = Run("Ryzen 9 7950X", 1e21, Precision.Bf16, gpu, slower, cpu).Utilization;
        Assert.Equal((UtilizationBasis.Transferred, 0.5), (ryzen.Basis, ryzen.Share));
        Assert.Equal(UtilizationBasis.Assumed, Run("TPU v4", 1e21, Precision.Bf16, gpu, slower, cpu).Utilization.Basis);
        Assert.Equal(UtilizationBasis.Assumed, Run("H200 SXM", 1e21, Precision.Fp32, gpu).Utilization.Basis);
    }

    [Fact]
    public void Measured_and_other_utilization_never_share_a_column()
    {
        var known = new KnownUtilization(Table, [LadderExamples.Measured(LadderExamples.H200, "bf16", 300e12)], 0.4);
        var table = LadderTables.Projected(Projection.Of(1e21, Precision.Bf16, Table, known));
        int measured = table.Columns.ToList().IndexOf(">measured utilization"), other = measured + 1;
        Assert.All(table.Rows, row => Assert.True(row[measured].Length == 0 ^ row[other].Length == 0));
        Assert.Equal("H200 SXM", Assert.Single(table.Rows, row => row[measured].Length > 0)[0]);
        Assert.All(table.Columns, column => Assert.False(
            column.Contains("projected", StringComparison.Ordinal) && column.Contains("measured", StringComparison.Ordinal)));
    }

    [Fact]
    public void Sabotage_a_run_without_its_utilization_is_told_from_the_hand_value()
    {
        var run = Run("H100 SXM5 80GB", 1e21, Precision.Bf16);
        Assert.NotEqual(1e21 / 989.4e12, run.Seconds, 1.0);
    }
}
