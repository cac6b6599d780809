using System.CommandLine;
using System.Text.Json;
using GpuLm.Bench.Reports;
using GpuLm.Bench.Results;
using GpuLm.Bench.Results.Comparing;

namespace GpuLm.Cli.Bench;

/// <summary><c>gpulm bench compare OLD NEW</c>: which rows of two runs on one machine are faster, slower or undecided.</summary>
static class CompareCommand
{
    public static Command Create(Terminal terminal)
    {
        var old = new Argument<string>("OLD") { Description = "The earlier run: a suite's JSON file, or a folder of them." };
        var current = new Argument<string>("NEW") { Description = "The later run, of the same machine." };
        var json = Options.Json();
        var markdown = new Option<bool>("--markdown") { Description = "Write Markdown instead of a table for the terminal." };
        var fail = new Option<bool>("--fail-on-slower") { Description = "Exit with 1 where a row is slower." };
        var command = new Command("compare", "Compares two runs on one machine, row by row: faster, slower, or undecided.")
        {
            old, current, json, markdown, fail,
        };
        command.SetAction(parsed =>
        {
            var comparisons = Comparison.OfFolders(parsed.GetRequiredValue(old), parsed.GetRequiredValue(current));
            if (parsed.GetValue(json)) terminal.Out.WriteLine(JsonSerializer.Serialize(comparisons, BenchOutput.Json));
            else foreach (var comparison in comparisons) Write(terminal, ComparisonReport.Of(comparison), parsed.GetValue(markdown));
            bool slower = comparisons.Any(comparison => comparison.Count(Verdict.Slower) > 0);
            return slower && parsed.GetValue(fail) ? CommandLine.Failure : CommandLine.Success;
        });
        return command;
    }

    static void Write(Terminal terminal, Section section, bool markdown)
    {
        if (markdown)
        {
            terminal.Out.WriteLine(MarkdownWriter.Write(section));
            return;
        }
        terminal.Out.WriteLine(section.Title);
        terminal.Out.WriteLine(section.Text);
        terminal.Write(section.Table!);
    }
}
