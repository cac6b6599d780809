using System.Globalization;
using GpuLm.Bench.Reports;
using GpuLm.Bench.Results;

namespace GpuLm.Bench.Ladder;

/// <summary>The published figures of the accelerators as tables; a number in brackets names the source of the figure before it.</summary>
public sealed class PublishedTables
{
    readonly AcceleratorTable table;
    readonly Dictionary<string, int> numbers;

    /// <summary>Numbers the sources of a table.</summary>
    public PublishedTables(AcceleratorTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        this.table = table;
        numbers = table.Sources.Keys.Index().ToDictionary(source => source.Item, source => source.Index + 1);
    }

    /// <summary>Peaks, bandwidths, memories and powers.</summary>
    public TextTable Figures => new(
        ["accelerator", "vendor", "available", "fp32 peak", "tf32 peak", "bf16 peak", "bandwidth", "memory", "power", "notes"],
        [.. table.Accelerators.Select(one => (IReadOnlyList<string>)
        [
            one.Name, one.Vendor, With(one.Available.Value, one.Available.Source), Text(one.Fp32, "FLOP/s"), Text(one.Tf32, "FLOP/s"),
            Text(one.Bf16, "FLOP/s"), Text(one.Bandwidth, "B/s"), Text(one.Memory, "B"), Text(one.Power, "W"), Notes(one),
        ])]);

    /// <summary>Prices, each with what it is paid for.</summary>
    public TextTable Prices => new(
        ["accelerator", "price", "is", "note"],
        [
            .. from one in table.Accelerators
               from price in one.Prices
               select (IReadOnlyList<string>)
                   [one.Name, With(Numbers.Dollars(price.Value), price.Source), NameOf(price.Kind), price.Note ?? ""],
        ]);

    /// <summary>The sources by number.</summary>
    public TextTable Sources => new(
        [">", "source", "address"],
        [
            .. table.Sources.Select(source => (IReadOnlyList<string>)
                [numbers[source.Key].ToString(CultureInfo.InvariantCulture), source.Value.Title, source.Value.Url]),
        ]);

    string Text(Figure? figure, string unit) => figure is null ? Numbers.Unknown : With(Numbers.Scaled(figure.Value, unit), figure.Source);

    string With(string text, string source) => $"{text} [{numbers[source]}]";

    static string Notes(Accelerator one)
    {
        (string What, string? Note)[] notes =
        [
            ("available", one.Available.Note), ("fp32", one.Fp32?.Note), ("tf32", one.Tf32?.Note), ("bf16", one.Bf16?.Note),
            ("bandwidth", one.Bandwidth?.Note), ("memory", one.Memory?.Note), ("power", one.Power?.Note),
        ];
        return string.Join("; ", notes.Where(note => note.Note is not null).Select(note => $"{note.What}: {note.Note}"));
    }

    static string NameOf(PriceKind kind) => kind switch
    {
        PriceKind.Launch => "the vendor's price of a device when it came",
        PriceKind.Street => "a device's price as reported",
        _ => "an hour in a cloud",
    };
}
