using System.Text.RegularExpressions;

namespace GpuLm.Bench.Tests.Reports;

/// <summary>What is wrong with the tables of a Markdown text.</summary>
static partial class MarkdownCheck
{
    public static IEnumerable<string> Faults(string markdown)
    {
        var table = new List<string>();
        foreach (string line in markdown.Split('\n').Append(""))
        {
            if (line.StartsWith('|')) table.Add(line);
            else if (table.Count > 0)
            {
                foreach (string fault in TableFaults(table)) yield return fault;
                table.Clear();
            }
        }
    }

    public static int Tables(string markdown) => Rulers().Count(markdown);

    static IEnumerable<string> TableFaults(List<string> lines)
    {
        if (lines.Count < 2 || !Ruler().IsMatch(lines[1])) yield return $"no line below the headings: {lines[0]}";
        foreach (string line in lines.Where(line => Cells(line) != Cells(lines[0])))
        {
            yield return $"{Cells(line)} cells where {Cells(lines[0])} belong: {line}";
        }
    }

    static int Cells(string line) => Bars().Count(line) - 1;

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Bars();

    [GeneratedRegex(@"^\|( -{3}:? \|)+$")]
    private static partial Regex Ruler();

    [GeneratedRegex(@"^\|( -{3}:? \|)+$", RegexOptions.Multiline)]
    private static partial Regex Rulers();
}
