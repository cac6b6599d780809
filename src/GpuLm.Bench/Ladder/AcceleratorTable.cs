using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using GpuLm.Bench.Results;
using GpuLm.Devices;

namespace GpuLm.Bench.Ladder;

/// <summary>Where figures were read.</summary>
/// <param name="Title">Publisher, document and the part of it.</param>
/// <param name="Url">Its address.</param>
public sealed record DataSource(string Title, string Url);

/// <summary>The accelerators by year, with the source of each figure.</summary>
/// <param name="About">What the figures mean.</param>
/// <param name="Sources">The sources by key.</param>
/// <param name="Accelerators">The devices, the oldest first.</param>
public sealed partial record AcceleratorTable(
    string About, IReadOnlyDictionary<string, DataSource> Sources, IReadOnlyList<Accelerator> Accelerators)
{
    static readonly Lazy<AcceleratorTable> Embedded = new(() =>
    {
        using var stream = typeof(AcceleratorTable).Assembly.GetManifestResourceStream("accelerators.json")!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    });

    /// <summary>The table that this library carries.</summary>
    public static AcceleratorTable Default => Embedded.Value;

    /// <summary>Reads a table.</summary>
    /// <exception cref="InvalidDataException">It is garbled, or a figure has no source.</exception>
    public static AcceleratorTable Parse(string json)
    {
        AcceleratorTable table;
        try
        {
            table = JsonSerializer.Deserialize<AcceleratorTable>(json, BenchJson.Options)
                ?? throw new InvalidDataException("The table of accelerators is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The table of accelerators cannot be read: {e.Message}");
        }
        string[] faults = [.. table.Faults()];
        return faults.Length == 0
            ? table
            : throw new InvalidDataException($"The table of accelerators is wrong: {string.Join("; ", faults)}.");
    }

    /// <summary>The accelerator that a device is; null where the table lacks it, or where the device is a part of one.</summary>
    public Accelerator? For(DeviceInfo device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.Kind == DeviceKind.Cpu && !HasAllCores(device)) return null;
        return Accelerators.Where(one => one.DriverName is { } name && $" {device.Name}".EndsWith($" {name}", StringComparison.Ordinal))
            .MaxBy(one => one.DriverName!.Length);
    }

    /// <summary>Every figure of an accelerator with its source, by what it is.</summary>
    public static IEnumerable<(string What, string Source)> FiguresOf(Accelerator one)
    {
        ArgumentNullException.ThrowIfNull(one);
        (string What, Figure? Figure)[] figures =
        [
            ("fp32", one.Fp32), ("tf32", one.Tf32), ("bf16", one.Bf16),
            ("bandwidth", one.Bandwidth), ("memory", one.Memory), ("power", one.Power),
        ];
        return figures.Where(figure => figure.Figure is not null).Select(figure => (figure.What, figure.Figure!.Source))
            .Prepend(("available", one.Available.Source))
            .Concat(one.Prices.Select(price => ($"{price.Kind} price", price.Source)));
    }

    IEnumerable<string> Faults() =>
        Accelerators.SelectMany(one => FiguresOf(one)
                .Where(figure => !Sources.ContainsKey(figure.Source))
                .Select(figure => $"{one.Name}: {figure.What} has no source '{figure.Source}'"))
            .Concat(Sources.Where(source => !Uri.IsWellFormedUriString(source.Value.Url, UriKind.Absolute))
                .Select(source => $"the source '{source.Key}' has no address"));

    /// <summary>A virtual machine's processor is called by the name of the whole, of which it has a part.</summary>
    static bool HasAllCores(DeviceInfo device) =>
        CoresInName().Match(device.Name) is not { Success: true } match
        || device.Multiprocessors >= int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(\d+)-Core")]
    private static partial Regex CoresInName();
}
