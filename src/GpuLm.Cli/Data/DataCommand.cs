using System.CommandLine;
using System.Globalization;
using GpuLm.Data.Fetching;
using Spectre.Console;

namespace GpuLm.Cli.Data;

/// <summary><c>gpulm data</c>: text to train on.</summary>
static class DataCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("data", "Fetches public data sets, and turns text into tokens ahead of training.");
        command.Subcommands.Add(List(terminal));
        command.Subcommands.Add(FetchCommand.Create(terminal));
        command.Subcommands.Add(PrepareCommand.Create(terminal));
        return command;
    }

    static Command List(Terminal terminal)
    {
        var command = new Command("list", "Shows the data sets that can be fetched by name.");
        command.SetAction(_ =>
        {
            var table = new Table().AddColumns("name", "size", "what it is").Border(TableBorder.Simple);
            foreach (var set in PublicDatasets.All)
            {
                table.AddRow(
                    Markup.Escape(set.Name), string.Create(CultureInfo.InvariantCulture, $"{Units.Bytes(set.Bytes)}"),
                    Markup.Escape(set.Description));
            }
            terminal.Rich().Write(table);
            return CommandLine.Success;
        });
        return command;
    }
}
