using System.Text.Json;
using Quickenshtein;

namespace GpuLm.Cli.Training.Arguments;

/// <summary>A setting's value in a configuration file, of the right kind; its content is yet to be checked by the option.</summary>
/// <param name="Path">The file.</param>
/// <param name="Setting">The setting.</param>
/// <param name="Value">Its value.</param>
sealed record ConfigValue(string Path, Setting Setting, JsonElement Value)
{
    /// <summary>As the command line has it, one token an argument: a value that begins with a dash stays a value.</summary>
    public IEnumerable<string> Arguments => Setting.Form.Arguments(Value)!.Select(argument => $"{Setting.Option.Name}={argument}");

    /// <summary>All values of a file, and what is wrong with it, a message each.</summary>
    /// <exception cref="GpuLmException">The file cannot be read.</exception>
    public static (IReadOnlyList<ConfigValue> Values, IReadOnlyList<string> Faults) ReadAll(string path, IEnumerable<Setting> known)
    {
        var settings = known.ToDictionary(setting => setting.Key);
        var config = TrainConfig.Read(path);
        string[] faults = [.. Faults(config, settings).Select(fault => $"'{path}': {fault}")];
        if (faults.Length > 0) return ([], faults);
        return ([.. config.Values.Select(pair => new ConfigValue(path, settings[pair.Key], pair.Value))], []);
    }

    static IEnumerable<string> Faults(TrainConfig config, Dictionary<string, Setting> settings)
    {
        var seen = new HashSet<string>();
        foreach (var (key, value) in config.Values)
        {
            if (!seen.Add(key)) yield return $"the key '{key}' is there twice. Keep one of them.";
            else if (!settings.TryGetValue(key, out var setting))
            {
                yield return $"there is no key '{key}'; the nearest is '{Nearest(key, settings.Keys)}'. "
                    + "'gpulm train --config-schema' lists all.";
            }
            else if (Texts(value).Any(text => text.Contains('\0')))
            {
                yield return $"'{key}' holds the character U+0000, which no name or path can have.";
            }
            else if (setting.Form.Arguments(value) is null)
            {
                yield return $"'{key}' must be {setting.Form.Name}; it is {Describe(value)}.";
            }
        }
    }

    static string Nearest(string key, IEnumerable<string> known) => known.MinBy(name => Levenshtein.GetDistance(key, name))!;

    static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Texts),
        _ => [],
    };

    static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when value.GetString() == "" => "empty",
        JsonValueKind.Array when value.GetArrayLength() == 0 => "an empty list",
        JsonValueKind.Array => "a list of something else",
        var kind => TrainConfig.NameOf(kind),
    };
}
