using System.CommandLine;
using GpuLm.Bench.Peers;
using GpuLm.Bench.Reports;
using GpuLm.Bench.Results;

namespace GpuLm.Cli.Bench;

/// <summary>
/// <c>gpulm bench peers FOLDER</c>: joins kernels.json and step.json with what torch_peers.py measured of the same. It exits with 1 where a
/// result was wrong.
/// </summary>
static class PeersCommand
{
    public static Command Create(Terminal terminal)
    {
        var folder = new Argument<string>("FOLDER")
        {
            Description = "Folder of kernels.json, step.json and torch.json, or of folders 1, 2 ... with one turn of both sides each.",
        };
        var command = new Command("peers", "Sets what was measured on a GPU beside PyTorch's times there, and says which bars are held.")
        {
            folder,
        };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(folder), terminal));
        return command;
    }

    static int Run(string folder, Terminal terminal)
    {
        var result = PeerJoin.Of(PeerTurn.ReadAll(folder), Bar.All);
        SuiteFile.Write(folder, result);
        ReportFolder.Write(folder);
        foreach (var section in result.Sections)
        {
            terminal.Out.WriteLine(section.Text);
            terminal.Write(section.Table!);
        }
        return result.Rows.Any(row => row.Refused) ? CommandLine.Failure : CommandLine.Success;
    }
}
