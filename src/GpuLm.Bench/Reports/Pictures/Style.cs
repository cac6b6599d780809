using ScottPlot;
using SkiaSharp;

namespace GpuLm.Bench.Reports.Pictures;

/// <summary>How all pictures look.</summary>
static class Style
{
    /// <summary>Masataka Okabe and Kei Ito's colours for the colour-blind (https://jfly.uni-koeln.de/color/).</summary>
    static readonly Color[] Colors =
    [
        .. new[] { "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F", "#000000" }.Select(Color.FromHex),
    ];

    static readonly (MarkerShape Filled, MarkerShape Open)[] Shapes =
    [
        (MarkerShape.FilledCircle, MarkerShape.OpenCircle), (MarkerShape.FilledSquare, MarkerShape.OpenSquare),
        (MarkerShape.FilledDiamond, MarkerShape.OpenDiamond), (MarkerShape.FilledTriangleUp, MarkerShape.OpenTriangleUp),
    ];

    static Style()
    {
        string[] liked = ["Open Sans", "DejaVu Sans", "Liberation Sans", "Segoe UI", "Helvetica", "Arial"];
        var installed = SKFontManager.Default.FontFamilies.ToHashSet();
        if (liked.FirstOrDefault(installed.Contains) is { } font) Fonts.Default = font;
    }

    /// <summary>Ink for axes and roofs.</summary>
    public static Color Ink { get; } = Color.FromHex("#333333");

    /// <summary>Ink for what is only there to compare with.</summary>
    public static Color Faint { get; } = Color.FromHex("#999999");

    /// <summary>The colour of the nth series.</summary>
    public static Color ColorOf(int series) => Colors[series % Colors.Length];

    /// <summary>The mark of the nth series, filled and open: another shape each time the colours begin again.</summary>
    public static (MarkerShape Filled, MarkerShape Open) ShapesOf(int series) => Shapes[series / Colors.Length % Shapes.Length];

    /// <summary>An empty plot.</summary>
    public static Plot New(string title, string x, string y)
    {
        var plot = new Plot();
        plot.Title(Clean(title), size: 16);
        plot.XLabel(Clean(x), size: 14);
        plot.YLabel(Clean(y), size: 14);
        plot.Axes.Right.IsVisible = false;
        plot.Axes.Top.IsVisible = false;
        plot.Grid.MajorLineColor = Colors[6].WithAlpha(0.25);
        plot.Legend.FontSize = 12;
        plot.Legend.ShadowColor = Color.FromHex("#FFFFFF").WithAlpha(0);
        plot.Legend.OutlineColor = Colors[6].WithAlpha(0.4);
        return plot;
    }

    /// <summary>Text for a picture: without what XML cannot hold, and not endless.</summary>
    public static string Clean(string text)
    {
        const int most = 80;
        string printable = string.Concat(text.Where(character => !char.IsControl(character) && !char.IsSurrogate(character)));
        return printable.Length <= most ? printable : printable[..(most - 3)] + "...";
    }

    /// <summary>A name for a file, of any text.</summary>
    public static string Slug(string text)
    {
        var characters = text.ToLowerInvariant()
            .Select(character => char.IsAsciiLetterOrDigit(character) || character == '.' ? character : '-');
        return string.Join('-', string.Concat(characters).Split('-', StringSplitOptions.RemoveEmptyEntries));
    }
}
