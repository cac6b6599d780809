using System.Text;
using System.Text.RegularExpressions;
using GpuLm.Bench.Results;

namespace GpuLm.Bench.Reports;

/// <summary>Writes a report as Markdown with tables, as GitHub shows them.</summary>
public static partial class MarkdownWriter
{
    /// <summary>Writes blocks; pictures are named by their files.</summary>
    internal static string Write(IEnumerable<Block> blocks, string pictureExtension = "png") =>
        Printable(string.Join("\n\n", blocks.Select(block => Text(block, pictureExtension)).Where(text => text.Length > 0))) + "\n";

    /// <summary>A text without the control characters that neither HTML nor XML can hold.</summary>
    internal static string Printable(string text) =>
        string.Concat(text.Where(character => !char.IsControl(character) || character is '\n' or '\t'));

    /// <summary>Writes a section.</summary>
    public static string Write(Section section) => Write(Chapter.Section(section));

    /// <summary>Text that Markdown shows as it is, whatever is in it, on one line.</summary>
    internal static string Escape(string text) => Special().Replace(LineBreaks().Replace(text, " ").Trim(), @"\$0");

    /// <summary>A table with its cells in columns.</summary>
    internal static string Table(CellTable table)
    {
        var text = new StringBuilder();
        Line(table.Columns.Select(column => Escape(column.TrimStart('>'))));
        Line(table.Columns.Select(column => column.StartsWith('>') ? "---:" : "---"));
        foreach (var row in table.Rows) Line(row.Select(Text));
        return text.ToString().TrimEnd('\n');

        void Line(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }

    static string Text(Block block, string pictureExtension) => block switch
    {
        Heading heading => $"{new string('#', heading.Level)} {Escape(heading.Text)}",
        Prose prose => prose.Markdown.Trim(),
        Grid grid => Table(grid.Table),
        Illustration { Picture: var picture } =>
            $"![{Escape(picture.Caption)}]({picture.Name}.{pictureExtension})\n\n*{Escape(picture.Caption)}*",
        _ => throw new ArgumentOutOfRangeException(nameof(block), block, "There is no such block."),
    };

    static string Text(Cell cell) => Escape(cell.Text) is [_, ..] text && cell.Strong ? $"**{text}**" : Escape(cell.Text);

    [GeneratedRegex(@"[\\`*_{}\[\]<>#|~&]")]
    private static partial Regex Special();

    [GeneratedRegex(@"\s*[\r\n]+\s*")]
    private static partial Regex LineBreaks();
}
