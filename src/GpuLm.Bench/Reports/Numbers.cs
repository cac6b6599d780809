using System.Globalization;

namespace GpuLm.Bench.Reports;

/// <summary>Numbers as people read them, three digits and a prefix; the same on every machine.</summary>
public static class Numbers
{
    /// <summary>What stands for a number that is not known.</summary>
    public const string Unknown = "-";

    static readonly string[] Large = ["", "k", "M", "G", "T", "P", "E", "Z", "Y"];

    /// <summary><c>480 GFLOP/s</c>.</summary>
    public static string Scaled(double value, string unit)
    {
        if (!double.IsFinite(value)) return Unknown;
        int prefix = 0;
        for (; Math.Abs(value) >= 999.5 && prefix < Large.Length - 1; prefix++) value /= 1000;
        return $"{Digits(value)} {Large[prefix]}{unit}".TrimEnd();
    }

    /// <summary>A round number in as few characters as it needs: <c>300 G</c>, <c>0.5</c>.</summary>
    public static string Round(double value)
    {
        int prefix = 0;
        for (; Math.Abs(value) >= 999.5 && prefix < Large.Length - 1; prefix++) value /= 1000;
        return $"{value.ToString(value < 1e-3 ? "0e0" : "0.###", CultureInfo.InvariantCulture)} {Large[prefix]}".TrimEnd();
    }

    /// <summary><c>1e21</c>, <c>3.2e19</c>: amounts of work.</summary>
    public static string Power(double value) => value.ToString("0.##e0", CultureInfo.InvariantCulture);

    /// <summary><c>12.3 ms</c>; from minutes on in minutes, hours, days or years.</summary>
    public static string Time(double seconds)
    {
        if (!double.IsFinite(seconds)) return Unknown;
        (double Length, string Name)[] units =
        [
            (365.25 * 86400, "years"), (86400, "days"), (3600, "h"), (60, "min"), (1, "s"), (1e-3, "ms"), (1e-6, "us"), (0, "ns"),
        ];
        // Two of a long unit at least: 90 s say more than 1.5 min.
        var (length, name) = units.First(unit => seconds >= (unit.Length > 1 ? 2 : 0.9995) * unit.Length);
        return $"{Digits(seconds / (length > 0 ? length : 1e-9))} {name}";
    }

    /// <summary><c>84.2 %</c>.</summary>
    public static string Percent(double share) => double.IsFinite(share) ? $"{Digits(100 * share)} %" : Unknown;

    /// <summary><c>$1,599</c>, <c>$0.68</c>.</summary>
    public static string Dollars(double? dollars) => dollars is not { } amount || !double.IsFinite(amount)
        ? Unknown
        : "$" + amount.ToString(amount < 99.5 ? "0.00" : "#,##0", CultureInfo.InvariantCulture);

    /// <summary>Three significant digits.</summary>
    public static string Digits(double value)
    {
        if (!double.IsFinite(value)) return Unknown;
        double size = Math.Abs(value);
        string format = size switch
        {
            0 => "0",
            >= 1e7 or < 1e-3 => "0.00e0",
            >= 99.95 => "0",
            >= 9.995 => "0.0",
            >= 0.9995 => "0.00",
            _ => "0.000",
        };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>A figure whose name ends with its unit: <c>memory, bytes</c>.</summary>
    /// <returns>The name without the unit, and the figure with it.</returns>
    public static (string Name, string Text) Figure(string name, double value)
    {
        ArgumentNullException.ThrowIfNull(name);
        int comma = name.LastIndexOf(", ", StringComparison.Ordinal);
        (string what, string unit) = comma < 0 ? (name, "") : (name[..comma], name[(comma + 2)..]);
        return unit switch
        {
            "bytes" => (what, Scaled(value, "B")),
            "joules" => (what, Scaled(value, "J")),
            "watts" => (what, Scaled(value, "W")),
            "seconds" => (what, Time(value)),
            "MHz" => (name, Digits(value)),
            "" when name.EndsWith("FLOP/s", StringComparison.Ordinal) => (name, Scaled(value, "FLOP/s")),
            "" when name is "MFU" || name.StartsWith("share", StringComparison.Ordinal) => (name, Percent(value)),
            _ => (name, Digits(value)),
        };
    }
}
