using System.Text;
using System.Text.RegularExpressions;
using ScottPlot;
using SkiaSharp;

namespace GpuLm.Bench.Reports.Pictures;

/// <summary>A picture: one or more plots side by side on white.</summary>
/// <param name="Name">Its file's name without the extension.</param>
/// <param name="Caption">What it shows, for those who see it and for those who do not.</param>
/// <param name="Panels">The plots from left to right.</param>
sealed partial record Picture(string Name, string Caption, params IReadOnlyList<Plot> Panels)
{
    /// <summary>Pixels of a PNG for each unit of length, so that it stays sharp.</summary>
    const int Sharpness = 2;

    /// <summary>Width of a panel where there is one.</summary>
    const int Wide = 960, Half = 640;

    /// <summary>Height; more where there are many bars.</summary>
    public int Height { get; init; } = 560;

    int Width => Panels.Count == 1 ? Wide : Half * Panels.Count;

    /// <summary>The picture as PNG.</summary>
    public byte[] Png()
    {
        using var bitmap = new SKBitmap(Width * Sharpness, Height * Sharpness);
        using var canvas = new SKCanvas(bitmap);
        canvas.Scale(Sharpness);
        Render(canvas);
        canvas.Flush();
        return bitmap.Encode(SKEncodedImageFormat.Png, quality: 100).ToArray();
    }

    /// <summary>The picture as SVG; the same text for the same results.</summary>
    public string Svg()
    {
        using var stream = new SKDynamicMemoryWStream();
        using (var canvas = SKSvgCanvas.Create(new SKRect(0, 0, Width, Height), stream)) Render(canvas);
        using var data = stream.DetachAsData();
        string svg = Encoding.UTF8.GetString(data.ToArray());
        // Skia numbers its clips through the life of the process, and names one font only.
        var numbers = new Dictionary<string, int>();
        svg = ClipNumber().Replace(svg, clip =>
        {
            numbers.TryAdd(clip.Value, numbers.Count);
            return $"cl_{numbers[clip.Value]}";
        });
        svg = FontFamily().Replace(svg, "font-family=\"$1, sans-serif\"");
        string size = $"width=\"{Width}\" height=\"{Height}\">";
        return svg.Replace($" {size}", $" viewBox=\"0 0 {Width} {Height}\" {size}");
    }

    void Render(SKCanvas canvas)
    {
        canvas.Clear(SKColors.White);
        float width = (float)Width / Panels.Count;
        for (int i = 0; i < Panels.Count; i++)
        {
            // A plot clears its canvas before it draws.
            canvas.Save();
            canvas.ClipRect(new SKRect(i * width, 0, (i + 1) * width, Height));
            Panels[i].Render(canvas, new PixelRect(i * width, (i + 1) * width, Height, 0));
            canvas.Restore();
        }
    }

    [GeneratedRegex(@"\bcl_\w+\b")]
    private static partial Regex ClipNumber();

    [GeneratedRegex("font-family=\"([^\"]*)\"")]
    private static partial Regex FontFamily();
}
