using System.CommandLine;
using System.Text.Json;

namespace GpuLm.Proof;

/// <summary>The <c>gpulm-proof</c> command. It exits with 0 when all went well, 1 when a result was wrong or a case failed.</summary>
static class ProofCommand
{
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Measures GpuLm on the cases that torch_peers.py measures PyTorch on, and makes the table of both.")
        {
            MeasureCommand.Create("kernels", "Measures the kernels.", spec => spec.Op != CaseList.Step, output, error),
            MeasureCommand.Create("step", "Measures training steps.", spec => spec.Op == CaseList.Step, output, error),
            CreateTable(output, error),
        };
        return root.Parse(args).Invoke(new InvocationConfiguration { Output = output, Error = error });
    }

    static Command CreateTable(TextWriter output, TextWriter error)
    {
        Argument<FileInfo> ours = new("ours") { Description = "What gpulm-proof wrote." };
        Argument<FileInfo> torch = new("torch") { Description = "What torch_peers.py wrote." };
        var command = new Command("table", "Makes the table of both sides, with the bars held and missed.") { ours, torch };
        command.SetAction(parsed =>
        {
            try
            {
                Report? mine = Report.Find(parsed.GetValue(ours)!.FullName), theirs = Report.Find(parsed.GetValue(torch)!.FullName);
                output.Write(Table.Markdown(CaseList.Built, mine, theirs));
                return 0;
            }
            catch (JsonException broken)
            {
                error.WriteLine($"error: not a report: {broken.Message}");
                return 1;
            }
        });
        return command;
    }
}
