using System.Xml;
using System.Xml.Linq;

namespace GpuLm.Bench.Tests.Reports;

/// <summary>What is wrong with a page that must be well-formed, ask for nothing and run nothing.</summary>
static class HtmlCheck
{
    static readonly string[] Runs = ["script", "iframe", "object", "embed", "link", "base", "form"];

    public static IReadOnlyList<string> Faults(string html)
    {
        XDocument page;
        try
        {
            page = XDocument.Parse(html);
        }
        catch (XmlException e)
        {
            return [$"not well-formed: {e.Message}"];
        }
        return
        [
            .. from element in page.Descendants()
               where Runs.Contains(element.Name.LocalName)
               select $"<{element.Name.LocalName}> is there",
            .. from element in page.Descendants()
               from attribute in element.Attributes()
               where attribute.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase) || !Harmless(element, attribute)
               select $"{element.Name.LocalName} has {attribute.Name.LocalName}={attribute.Value[..Math.Min(60, attribute.Value.Length)]}",
            .. from element in page.Descendants("style")
               where element.Value.Contains("url(", StringComparison.Ordinal) || element.Value.Contains("@import", StringComparison.Ordinal)
               select "the style asks for something",
        ];
    }

    static bool Harmless(XElement element, XAttribute attribute) => (element.Name.LocalName, attribute.Name.LocalName) switch
    {
        ("a", "href") => attribute.Value.StartsWith("https://", StringComparison.Ordinal)
            || attribute.Value.StartsWith("http://", StringComparison.Ordinal),
        (_, "href" or "src" or "srcset" or "data" or "action") =>
            attribute.Value.StartsWith("data:image/svg+xml;base64,", StringComparison.Ordinal),
        _ => true,
    };
}
