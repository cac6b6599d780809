using GpuLm.Cli.Training.Dashboard;
using SkiaSharp;
using Xunit;

namespace GpuLm.Tests.Cli.Watch;

/// <summary>The dashboard's page in a real browser: what it says, what it draws, and that it complains about nothing.</summary>
public sealed class DashboardPageTests
{
    static readonly (int Width, int Height) Size = (1200, 1500);

    // Colours of dashboard.css.
    static readonly SKColor Main = new(0x1d, 0x6f, 0xd8), MainInTheDark = new(0x5e, 0xa1, 0xf5), Validation = new(0xd9, 0x48, 0x0f);

    // The loss is the wide chart at the top, the four others lie below it in two columns.
    static readonly SKRectI LossChart = new(80, 160, 1180, 440);
    static readonly SKRectI[] OtherCharts =
        [new(80, 550, 590, 750), new(680, 550, 1180, 750), new(80, 850, 590, 1050), new(680, 850, 1180, 1050)];

    [Fact]
    public void The_page_tells_the_figures_and_draws_them()
    {
        using var folder = new TemporaryFolder();
        using var dashboard = DashboardExample.Open(DashboardExample.Steps - 1);
        DashboardExample.AddSamples(dashboard);
        var page = Chromium.Show(dashboard.Address, folder["page.png"], Size);
        Assert.Empty(page.ConsoleLines);
        string[] told =
        [
            "running", "399 of 400", "Saved step 200.", "1.0100", "12,399", "a device", "446 k &lt;b&gt;parameters&lt;/b&gt;",
            "Anna has &lt;script&gt;document.title = 'taken'&lt;/script&gt; a late\ncät.", "1 earlier", "Anna has an early cat.",
            "Where is Tom?",
            "step 200, seed 1", "<title>GpuLm</title>", "50.0 %",
        ];
        foreach (string text in told) Assert.Contains(text, page.Dom, StringComparison.Ordinal);

        using var picture = SKBitmap.Decode(folder["page.png"]);
        var curve = Curve(picture, LossChart, Main);
        Assert.True(IsFallingLine(curve, LossChart), $"The loss is no falling line: {string.Join(' ', curve)}");
        Assert.NotEmpty(Curve(picture, LossChart, Validation));
        foreach (var chart in OtherCharts) Assert.InRange(Curve(picture, chart, Main).Count, chart.Width / 2, chart.Width);
    }

    [Fact]
    public void Dark_colours_are_drawn_for_those_who_prefer_them()
    {
        using var folder = new TemporaryFolder();
        using var dashboard = DashboardExample.Open(DashboardExample.Steps);
        Assert.Empty(Chromium.Show(dashboard.Address, folder["page.png"], Size, dark: true).ConsoleLines);
        using var picture = SKBitmap.Decode(folder["page.png"]);
        Assert.True(IsFallingLine(Curve(picture, LossChart, MainInTheDark), LossChart));
        Assert.True(picture.GetPixel(2, 2).Red < 64);
    }

    [Fact]
    public void Sabotage_a_page_without_points_has_no_curve()
    {
        using var folder = new TemporaryFolder();
        using var dashboard = DashboardExample.Open(steps: 0);
        var page = Chromium.Show(dashboard.Address, folder["page.png"], Size);
        Assert.DoesNotContain("399 of 400", page.Dom, StringComparison.Ordinal);
        using var picture = SKBitmap.Decode(folder["page.png"]);
        Assert.False(IsFallingLine(Curve(picture, LossChart, Main), LossChart));
    }

    [Fact]
    public void Sabotage_a_script_that_fails_is_noticed()
    {
        using var folder = new TemporaryFolder();
        using var server = new DashboardServer(0, _ => new DashboardAnswer("{\"run\": 1}"u8.ToArray(), () => { }));
        Assert.NotEmpty(Chromium.Show(server.Address, folder["page.png"], Size).ConsoleLines);
    }

    /// <summary>For each column of pixels that has some of a colour, in the order of columns, their mean row.</summary>
    static List<double> Curve(SKBitmap picture, SKRectI area, SKColor colour)
    {
        var curve = new List<double>();
        for (int x = area.Left; x < area.Right; x++)
        {
            int[] rows = [.. Enumerable.Range(area.Top, area.Height).Where(y => IsLike(picture.GetPixel(x, y), colour))];
            if (rows.Length > 0) curve.Add(rows.Average());
        }
        return curve;
    }

    static bool IsLike(SKColor a, SKColor b)
    {
        const int distance = 48;
        return Math.Abs(a.Red - b.Red) < distance && Math.Abs(a.Green - b.Green) < distance && Math.Abs(a.Blue - b.Blue) < distance;
    }

    static bool IsFallingLine(List<double> rows, SKRectI area) =>
        rows.Count > area.Width * 3 / 4
        && rows[^1] - rows[0] > area.Height / 2
        && rows.Zip(rows.Skip(1)).All(pair => pair.Second >= pair.First - 1);
}
