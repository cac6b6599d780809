using System.Globalization;
using System.Text.Json.Serialization;
using GpuLm.Models;

namespace GpuLm.Bench.Ladder;

/// <summary>A published figure.</summary>
/// <param name="Value">The figure; FLOP/s, bytes/s, bytes, watts or US dollars.</param>
/// <param name="Source">The key of its source.</param>
/// <param name="Note">What else must be known about it.</param>
public sealed record Figure(double Value, string Source, string? Note = null);

/// <summary>When a device could be had.</summary>
/// <param name="Value">Year and month, <c>2022-09</c>.</param>
/// <param name="Source">The key of its source.</param>
/// <param name="Note">What else must be known about it.</param>
public sealed record Availability(string Value, string Source, string? Note = null)
{
    /// <summary>The month's middle, in years.</summary>
    [JsonIgnore]
    public double Year
    {
        get
        {
            var month = DateOnly.ParseExact(Value, "yyyy-MM", CultureInfo.InvariantCulture);
            return month.Year + (month.Month - 0.5) / 12;
        }
    }
}

/// <summary>What a price is paid for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PriceKind>))]
public enum PriceKind
{
    /// <summary>A device, at the price that its vendor named when it came.</summary>
    Launch,

    /// <summary>A device, as traders or analysts reported it.</summary>
    Street,

    /// <summary>An hour of a rented device.</summary>
    CloudHour,
}

/// <summary>A published price.</summary>
/// <param name="Kind">What it is paid for.</param>
/// <param name="Value">US dollars.</param>
/// <param name="Source">The key of its source.</param>
/// <param name="Note">What else must be known about it.</param>
public sealed record Price(PriceKind Kind, double Value, string Source, string? Note = null);

/// <summary>A device of which figures are published; a figure for which no source was found is null.</summary>
public sealed record Accelerator
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Who makes it.</summary>
    public required string Vendor { get; init; }

    /// <summary><c>cpu</c>, <c>gpu</c> or <c>tpu</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>How the name ends that its driver gives; null where that is unknown.</summary>
    public string? DriverName { get; init; }

    /// <summary>When it could be had.</summary>
    public required Availability Available { get; init; }

    /// <summary>Peak FLOP/s in fp32, outside tensor cores.</summary>
    public Figure? Fp32 { get; init; }

    /// <summary>Dense peak FLOP/s of tf32 products with fp32 sums.</summary>
    public Figure? Tf32 { get; init; }

    /// <summary>Dense peak FLOP/s of bf16 products with fp32 sums, or of fp16 ones where a note says so.</summary>
    public Figure? Bf16 { get; init; }

    /// <summary>Memory bandwidth, bytes/s.</summary>
    public Figure? Bandwidth { get; init; }

    /// <summary>Memory, bytes.</summary>
    public Figure? Memory { get; init; }

    /// <summary>Thermal design power, watts.</summary>
    public Figure? Power { get; init; }

    /// <summary>Prices.</summary>
    public required IReadOnlyList<Price> Prices { get; init; }

    /// <summary>What a device costs: the launch price, else what traders asked.</summary>
    [JsonIgnore]
    public Price? Purchase => Prices.Where(price => price.Kind != PriceKind.CloudHour).OrderBy(price => price.Kind).FirstOrDefault();

    /// <summary>What an hour costs; the lowest of the prices.</summary>
    [JsonIgnore]
    public Price? Rent => Prices.Where(price => price.Kind == PriceKind.CloudHour).MinBy(price => price.Value);

    /// <summary>The peak in a precision; null where no figure is known.</summary>
    public Figure? PeakIn(Precision precision) => precision switch
    {
        Precision.Bf16 => Bf16,
        Precision.Tf32 => Tf32,
        _ => Fp32,
    };

    /// <summary>The precision of a run that was asked for one: that one, or where its peak is not known the next more exact one.</summary>
    /// <returns>Null where no peak is known at all.</returns>
    public Precision? FastestUpTo(Precision precision)
    {
        Precision[] fastestFirst = [Precision.Bf16, Precision.Tf32, Precision.Fp32];
        return fastestFirst.SkipWhile(one => one != precision).Where(one => PeakIn(one) is not null).Select(one => (Precision?)one)
            .FirstOrDefault();
    }
}
