using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using GpuLm.Bench.Ladder;
using GpuLm.Bench.Reports;
using GpuLm.Models;

namespace GpuLm.Cli.Bench;

/// <summary><c>gpulm bench project</c>: what a training run would take on each accelerator, by the utilization that was measured.</summary>
static class ProjectCommand
{
    public static Command Create(Terminal terminal)
    {
        var flops = Options.Number("--flops", "Floating-point operations of the run, 1e21 for instance.", 0.0, above: true);
        var parameters = Options.Number(
            "--parameters", "Parameters of the model: with --tokens instead of --flops (6 FLOPs for each and token).", 0.0, above: true);
        var tokens = Options.Number("--tokens", "Tokens that the run trains on, with --parameters.", 0.0, above: true);
        var precision = Options.Precision();
        var utilization = Options.Number(
            "--utilization", $"Share of the peak that is assumed where none was measured. Default: {Invariant(KnownUtilization.Usual)}.",
            0.0, above: true, most: 1.0);
        var from = new Option<string?>("--from")
        {
            Description = $"Folder of one device's results to take the utilization from. Default: all of {LadderCommand.DefaultResults}.",
            HelpName = "DIR",
        };
        var output = new Option<string?>("--out") { Description = "Picture to write, .png or .svg.", HelpName = "FILE" };
        var json = Options.Json();
        var command = new Command("project", "Projects time and cost of a training run on each accelerator from measured utilization.")
        {
            flops, parameters, tokens, precision, utilization, from, output, json,
        };
        command.Validators.Add(result =>
        {
            bool whole = result.Given(flops), product = result.Given(parameters) && result.Given(tokens);
            if (whole == product || (whole && (result.Given(parameters) || result.Given(tokens))))
            {
                result.AddError("Give either --flops, or both --parameters and --tokens.");
            }
        });
        command.SetAction(parsed =>
        {
            double work = parsed.GetValue(flops) ?? Projection.FlopsOf(parsed.GetValue(parameters)!.Value, parsed.GetValue(tokens)!.Value);
            var table = AcceleratorTable.Default;
            var known = new KnownUtilization(table, Steps(parsed.GetValue(from)), parsed.GetValue(utilization) ?? KnownUtilization.Usual);
            var projection = Projection.Of(work, Options.PrecisionOf(parsed.GetValue(precision)) ?? Precision.Bf16, table, known);
            if (parsed.GetValue(json)) terminal.Out.WriteLine(Json(projection));
            else Show(terminal, projection, table);
            if (parsed.GetValue(output) is { } path) LadderReport.WriteProjection(path, projection);
            return CommandLine.Success;
        });
        return command;
    }

    static IReadOnlyList<MeasuredStep> Steps(string? from)
    {
        if (from is not null) return HardwareLadder.StepsOf(from);
        return Directory.Exists(LadderCommand.DefaultResults) ? HardwareLadder.Read(LadderCommand.DefaultResults).Steps : [];
    }

    static void Show(Terminal terminal, Projection projection, AcceleratorTable table)
    {
        terminal.Out.WriteLine(
            $"{Numbers.Power(projection.Flops)} FLOPs on one device each. Times and costs are projected, none is measured.");
        terminal.Write(LadderTables.Projected(projection));
        terminal.Write(LadderTables.Trends(Trend.Of(table)));
    }

    static string Json(Projection projection) => JsonSerializer.Serialize(
        new
        {
            projection.Flops,
            Projected = projection.Runs.Select(run => new
            {
                Accelerator = run.Accelerator.Name, Precision = PrecisionSupport.NameOf(run.Precision),
                PublishedPeakFlopsPerSecond = run.Accelerator.PeakIn(run.Precision)!.Value,
                Utilization = run.Utilization.Share, UtilizationIs = run.Utilization.Basis, run.Utilization.Explanation,
                run.Seconds, run.RentDollars, run.PurchaseDollars, run.Joules,
            }),
        },
        BenchOutput.Json);

    static string Invariant(double number) => number.ToString(CultureInfo.InvariantCulture);
}
