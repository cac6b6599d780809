using System.CommandLine;
using GpuLm.Bench.Reports;

namespace GpuLm.Cli.Bench;

/// <summary><c>gpulm bench report FOLDER</c>: makes tables, pictures and a page from results again.</summary>
static class ReportCommand
{
    public static Command Create(Terminal terminal)
    {
        var folder = new Argument<string>("FOLDER")
        {
            Description = "Folder that holds kernels.json, step.json, scaling.json or peers.json.",
        };
        var command = new Command("report", "Writes the tables, the pictures and the page of the results in a folder.") { folder };
        command.SetAction(parsed =>
        {
            foreach (string path in ReportFolder.Write(parsed.GetRequiredValue(folder))) terminal.Out.WriteLine(path);
            return CommandLine.Success;
        });
        return command;
    }
}
