using System.Globalization;
using GpuLm.Bench.Results;
using GpuLm.Devices;

namespace GpuLm.Bench.Reports;

/// <summary>Where, with what and when something was measured, and the ceilings that were found there.</summary>
static class EnvironmentBlocks
{
    /// <summary>The parts of a report that tell of an environment.</summary>
    public static IEnumerable<Block> Of(RunEnvironment environment)
    {
        if (environment.Tiny)
        {
            yield return new Prose("**The sizes are so small that the figures mean nothing: this run only shows that everything works.**");
        }
        yield return new Prose(string.Join('\n', Facts(environment).Select(fact => $"- {fact.What}: {MarkdownWriter.Escape(fact.Text)}")));
        yield return new Grid(Ceilings(environment.Peaks));
        string[] readings = [.. environment.Before.Keys.Union(environment.After.Keys)];
        if (readings.Length > 0) yield return new Grid(Instruments(environment, readings));
    }

    static IEnumerable<(string What, string Text)> Facts(RunEnvironment environment)
    {
        var device = environment.Device;
        yield return ("device", $"{device.Name} ({device.Driver}), {environment.Workers} {(device.IsGpu ? "multiprocessors" : "workers")}, "
            + $"{Numbers.Scaled(device.MemoryBytes, "B")}; {string.Join(", ", device.Features)}");
        if (environment.Processor != device.Name) yield return ("processor", environment.Processor);
        yield return ("system", environment.System);
        yield return ("software", string.Join(", ", environment.Software.Select(one => $"{one.Key} {one.Value}")));
        yield return ("commit", environment.Commit);
        yield return ("date", environment.Date.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture));
        yield return ("command", environment.Command);
    }

    static CellTable Ceilings(DevicePeaks peaks)
    {
        List<IReadOnlyList<Cell>> rows =
        [
            Row("fp32 multiply-adds", Numbers.Scaled(peaks.FlopsPerSecond, "FLOP/s"), Numbers.Scaled(peaks.MedianFlopsPerSecond, "FLOP/s")),
            Row("memory (triad)", Numbers.Scaled(peaks.BytesPerSecond, "B/s"), Numbers.Scaled(peaks.MedianBytesPerSecond, "B/s")),
            Row("launch", "", Numbers.Time(peaks.LaunchSeconds)),
        ];
        if (peaks.Tf32FlopsPerSecond is { } tf32) rows.Insert(1, Row("tf32 products", Numbers.Scaled(tf32, "FLOP/s"), ""));
        if (peaks.Bf16FlopsPerSecond is { } bf16) rows.Insert(1, Row("bf16 products", Numbers.Scaled(bf16, "FLOP/s"), ""));
        return new CellTable(["measured ceiling", ">best", ">median"], rows);
    }

    static CellTable Instruments(RunEnvironment environment, string[] names) => new(
        ["the device reports", ">before", ">after"],
        [.. names.Select(name => Row(Numbers.Figure(name, 0).Name, Text(environment.Before, name), Text(environment.After, name)))]);

    static string Text(IReadOnlyDictionary<string, double> readings, string name) =>
        readings.TryGetValue(name, out double value) ? Numbers.Figure(name, value).Text : "";

    static IReadOnlyList<Cell> Row(params string[] texts) => [.. texts.Select(text => new Cell(text))];
}
