using System.Xml.Linq;
using GpuLm.Bench.Reports.Pictures;
using GpuLm.Bench.Results;
using GpuLm.Bench.Tests.Results;
using Xunit;

namespace GpuLm.Bench.Tests.Reports;

public class PictureTests
{
    [Fact]
    public void Warm_points_above_the_roof_are_told()
    {
        Assert.Contains("One point lies above the roof: warm", RooflinePicture.Caption(ReportExamples.Kernels), default);
        var cold = ReportExamples.Kernels with { Rows = [.. ReportExamples.Kernels.Rows.Where(row => row.Labels["cache"] == "cold")] };
        Assert.DoesNotContain("above the roof:", RooflinePicture.Caption(cold), default);
        var slow = cold with { Environment = cold.Environment with { Peaks = cold.Environment.Peaks with { FlopsPerSecond = 1e9 } } };
        Assert.Contains("not warm", RooflinePicture.Caption(slow), default);
    }

    [Fact]
    public void Ratios_are_the_peers_time_over_ours()
    {
        var ratios = PeersPicture.Ratios(ReportExamples.Peers);
        Assert.Equal(["PyTorch", "PyTorch", "llm.c"], ratios.Select(ratio => ratio.Peer));
        double[] expected = [1.3, 800.0 / 900, 3];
        foreach (var (ratio, value) in ratios.Zip(expected)) Assert.Equal(value, ratio.Ratio, 1e-9);
    }

    [Fact]
    public void Settings_that_are_no_numbers_are_bars()
    {
        Assert.Equal(16, ThroughputPicture.Number(ReportExamples.Scaling.Rows.Single(row => row.Name == "batch 16")));
        Assert.True(double.IsNaN(ThroughputPicture.Number(ReportExamples.Scaling.Rows.Single(row => row.Name == "precision bf16"))));
    }

    [Fact]
    public void Rows_without_times_leave_pictures_out_instead_of_failing()
    {
        foreach (var result in ReportExamples.All)
        {
            var none = result with { Rows = [.. result.Rows.Select(row => row with { Seconds = [], Reason = "stopped" })] };
            Assert.Empty(SuitePictures.Of(none));
        }
    }

    [Fact]
    public void Hostile_names_make_pictures_that_are_still_XML()
    {
        var rows = ReportExamples.Step.Rows.Where(row => row.Labels.ContainsKey("family"))
            .Select(row => row with { Labels = new Dictionary<string, string>(row.Labels) { ["family"] = ReportExamples.Hostile } });
        var picture = new Picture("x", "x", FamiliesPicture.Draw(ReportExamples.Hostile, rows));
        string text = XDocument.Parse(picture.Svg()).Root!.Value;
        Assert.Contains("alert(1)", text, default);
    }

    [Fact]
    public void Sabotage_an_empty_picture_has_fewer_marks_than_one_with_rows()
    {
        var empty = ReportExamples.Kernels with { Rows = [Example.Row("a", 0.1)] };
        Assert.True(Marks(RooflinePicture.Draw(ReportExamples.Kernels)) > Marks(RooflinePicture.Draw(empty)));

        static int Marks(ScottPlot.Plot plot) => new Picture("x", "x", plot).Svg().Split("<ellipse").Length;
    }
}
