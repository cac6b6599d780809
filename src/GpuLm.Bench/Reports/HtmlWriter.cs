using System.Net;
using System.Text;
using GpuLm.Bench.Reports.Pictures;
using Markdig;
using Markdig.Renderers;
using Markdig.Renderers.Html.Inlines;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace GpuLm.Bench.Reports;

/// <summary>
/// Writes a report as one HTML page that asks for nothing else: pictures are SVG in the page itself. What the results say is text; HTML in
/// it is shown, not obeyed, and links lead to web pages only.
/// </summary>
static class HtmlWriter
{
    static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().DisableHtml().Build();

    /// <summary>Writes blocks as a page.</summary>
    public static string Write(string title, IReadOnlyList<Block> blocks)
    {
        var pictures = blocks.OfType<Illustration>().ToDictionary(block => block.Picture.Name + ".svg", block => block.Picture);
        var document = Markdown.Parse(MarkdownWriter.Write(blocks, "svg"), Pipeline);
        var body = new StringWriter();
        var renderer = new HtmlRenderer(body);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.ReplaceOrAdd<LinkInlineRenderer>(new SafeLinks(pictures));
        renderer.ObjectRenderers.ReplaceOrAdd<AutolinkInlineRenderer>(new SafeAutolinks());
        renderer.Render(document);
        return new StringBuilder()
            .Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
            .Append("<title>").Append(WebUtility.HtmlEncode(MarkdownWriter.Printable(title))).Append("</title>\n")
            .Append("<style>\n").Append(Style()).Append("</style>\n</head>\n<body>\n<main>\n")
            .Append(body)
            .Append("</main>\n</body>\n</html>\n").ToString();
    }

    static string Style()
    {
        using var stream = typeof(HtmlWriter).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    static bool LeadsToAPage(string? url) => url is not null
        && (url.StartsWith("https://", StringComparison.Ordinal) || url.StartsWith("http://", StringComparison.Ordinal));

    sealed class SafeLinks(Dictionary<string, Picture> pictures) : LinkInlineRenderer
    {
        protected override void Write(HtmlRenderer renderer, LinkInline link)
        {
            if (link.IsImage && pictures.TryGetValue(link.Url ?? "", out var picture))
            {
                string data = Convert.ToBase64String(Encoding.UTF8.GetBytes(picture.Svg()));
                string caption = WebUtility.HtmlEncode(MarkdownWriter.Printable(picture.Caption));
                renderer.Write($"<img alt=\"{caption}\" src=\"data:image/svg+xml;base64,{data}\"/>");
            }
            else if (!link.IsImage && LeadsToAPage(link.Url)) base.Write(renderer, link);
            else renderer.WriteChildren(link);
        }
    }

    sealed class SafeAutolinks : AutolinkInlineRenderer
    {
        protected override void Write(HtmlRenderer renderer, AutolinkInline link)
        {
            if (LeadsToAPage(link.Url)) base.Write(renderer, link);
            else renderer.WriteEscape(link.Url);
        }
    }
}
