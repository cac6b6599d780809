using System.CommandLine;
using System.Text.Json;
using GpuLm.Bench.Ladder;
using GpuLm.Models;

namespace GpuLm.Cli.Bench;

/// <summary><c>gpulm bench ladder</c>: the same training step on every device that was measured, and accelerators by year.</summary>
static class LadderCommand
{
    public const string DefaultResults = "benchmarks/results";

    public static Command Create(Terminal terminal)
    {
        var results = Results();
        var output = new Option<string?>("--out")
        {
            Description = "Folder for ladder.md, ladder.html and their pictures.", HelpName = "DIR",
        };
        var json = Options.Json();
        var command = new Command("ladder", "Shows the same training step on every measured device, and accelerators by year.")
        {
            results, output, json,
        };
        command.SetAction(parsed =>
        {
            var ladder = HardwareLadder.Read(parsed.GetValue(results) ?? DefaultResults);
            var table = AcceleratorTable.Default;
            if (parsed.GetValue(json)) terminal.Out.WriteLine(Json(ladder, table));
            else Show(terminal, ladder, table);
            if (parsed.GetValue(output) is { } folder)
            {
                foreach (string path in LadderReport.Write(folder, ladder, table)) terminal.Error.WriteLine(path);
            }
            return CommandLine.Success;
        });
        return command;
    }

    /// <summary>The folder whose folders hold results.</summary>
    public static Option<string> Results() => new("--results")
    {
        Description = $"Folder whose folders hold results, one a device. Default: {DefaultResults}.", HelpName = "DIR",
    };

    static void Show(Terminal terminal, HardwareLadder ladder, AcceleratorTable table)
    {
        terminal.Out.WriteLine(ladder.Steps.Count > 0 ? "Measured here:" : "Measured here: nothing yet.");
        if (ladder.Steps.Count > 0) terminal.Write(LadderTables.Measured(ladder));
        terminal.Out.WriteLine("Published by others (--out writes the sources):");
        terminal.Write(new PublishedTables(table).Figures);
        terminal.Write(LadderTables.Trends(Trend.Of(table)));
    }

    static string Json(HardwareLadder ladder, AcceleratorTable table) => JsonSerializer.Serialize(
        new
        {
            Measured = ladder.Steps.Select(step => new
            {
                step.Task, Device = step.Environment.Device.Name, Precision = PrecisionSupport.NameOf(step.Precision), step.TokensPerSecond,
                step.FlopsPerSecond, MeasuredPeakFlopsPerSecond = step.MeasuredPeak,
                MeasuredBytesPerSecond = step.Environment.Peaks.BytesPerSecond, step.Environment.Commit, step.Environment.Date,
            }),
            Published = table,
            Trends = Trend.Of(table).Select(trend => new { trend.What, trend.Unit, DoublingYears = trend.Fit.DoublingTime }),
        },
        BenchOutput.Json);
}
