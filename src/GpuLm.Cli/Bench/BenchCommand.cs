using System.CommandLine;

namespace GpuLm.Cli.Bench;

/// <summary><c>gpulm bench</c>: how fast training is on this machine, how that scales, and what follows from it.</summary>
static class BenchCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("bench", "Measures training and how its speed scales with hardware; compares and projects results.");
        command.Subcommands.Add(StepCommand.Create(terminal));
        command.Subcommands.Add(ScalingCommand.Create(terminal));
        command.Subcommands.Add(DashboardCommand.Create(terminal));
        command.Subcommands.Add(CompareCommand.Create(terminal));
        command.Subcommands.Add(PeersCommand.Create(terminal));
        command.Subcommands.Add(ReportCommand.Create(terminal));
        command.Subcommands.Add(LadderCommand.Create(terminal));
        command.Subcommands.Add(ProjectCommand.Create(terminal));
        return command;
    }
}
