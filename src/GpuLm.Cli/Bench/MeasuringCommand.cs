using System.CommandLine;
using GpuLm.Bench;
using GpuLm.Bench.Reports;
using GpuLm.Bench.Results;
using GpuLm.Devices;

namespace GpuLm.Cli.Bench;

/// <summary>What the commands that measure a suite have in common: their options, and what becomes of the result.</summary>
sealed class MeasuringCommand(Terminal terminal)
{
    readonly Option<string> device = Options.Device();
    readonly BenchArguments.EffortOptions effort = BenchArguments.Effort();
    readonly Option<string?> output = BenchArguments.Out();
    readonly Option<bool> json = Options.Json();

    /// <summary>A command with these options and its own.</summary>
    /// <param name="name">The command.</param>
    /// <param name="description">What it does.</param>
    /// <param name="own">Its own options.</param>
    /// <param name="measure">Measures.</param>
    public Command Create(string name, string description, Option[] own, Func<ParseResult, BenchOptions, SuiteResult> measure)
    {
        var command = new Command(name, description);
        foreach (var option in (Option[])[device, .. own, effort.Quick, effort.Tiny, output, json]) command.Options.Add(option);
        command.SetAction(parsed => Run(parsed, measure));
        return command;
    }

    int Run(ParseResult parsed, Func<ParseResult, BenchOptions, SuiteResult> measure)
    {
        string? folder = parsed.GetValue(output);
        if (folder is not null) EnvironmentProbe.RequireClean();
        using var catalog = new DeviceCatalog();
        using var interruption = new Interruption(() => terminal.Error.WriteLine("Finishing ..."));
        var result = measure(parsed, new BenchOptions(
            catalog, catalog.Select(parsed.GetValue(device) ?? "auto"), effort.Of(parsed), BenchArguments.Command(parsed),
            terminal.Error.WriteLine, interruption.Token));
        if (parsed.GetValue(json)) terminal.Out.WriteLine(SuiteFile.ToJson(result));
        else terminal.Write(result);
        if (folder is not null)
        {
            SuiteFile.Write(folder, result);
            foreach (string path in ReportFolder.Write(folder)) terminal.Error.WriteLine(path);
        }
        return interruption.Token.IsCancellationRequested ? CommandLine.Interrupted
            : result.Rows.Any(row => row.Refused) ? CommandLine.Failure : CommandLine.Success;
    }
}
