using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Quickenshtein;

namespace GpuLm.Cli.Training.Arguments;

/// <summary>
/// A command line of <c>gpulm train</c> together with the configuration that it names. The configuration's values become arguments of the
/// options that the command line does not give, so that each option's own check serves both.
/// </summary>
/// <param name="Parsed">Both together.</param>
/// <param name="Errors">What is wrong with either, a message each.</param>
sealed record ConfiguredLine(ParseResult Parsed, IReadOnlyList<string> Errors)
{
    // A value may begin with '@'; System.CommandLine would take it for the name of a file with more arguments.
    static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null };

    /// <summary>Parses a command line, and the configuration where it names one.</summary>
    /// <exception cref="GpuLmException">The configuration cannot be read.</exception>
    public static ConfiguredLine Parse(Command root, IReadOnlyList<string> args)
    {
        var parsed = root.Parse(args, Parser);
        var result = parsed.CommandResult;
        if (result.Command is not TrainCommand train || ConfigPath(train.Settings, result) is not { } path)
        {
            return new ConfiguredLine(parsed, [.. parsed.Errors.Select(error => error.Message)]);
        }
        var settings = train.Settings.All.ToDictionary(setting => setting.Key);
        var config = TrainConfig.Read(path);
        string[] faults = [.. Faults(config, settings).Select(fault => $"'{path}': {fault}")];
        if (faults.Length > 0) return new ConfiguredLine(parsed, faults);

        var decided = train.Settings.DecidedBy(result);
        var taken = config.Values.Where(pair => !decided.Contains(settings[pair.Key])).ToList();
        // Before the user's arguments, the last of which may take more of what follows.
        var both = root.Parse([args[0], .. taken.SelectMany(pair => Arguments(settings[pair.Key], pair.Value)), .. args.Skip(1)], Parser);
        var keys = taken.ToDictionary(pair => settings[pair.Key].Option, pair => pair.Key);
        return new ConfiguredLine(both, [.. both.Errors.Select(error => Source(error, path, keys) + error.Message)]);
    }

    static string? ConfigPath(TrainArguments arguments, CommandResult result) =>
        result.GetResult(arguments.Config) is { Tokens: [var token] } ? token.Value : null;

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

    // One token an argument: a value that begins with a dash stays a value.
    static IEnumerable<string> Arguments(Setting setting, JsonElement value) =>
        setting.Form.Arguments(value)!.Select(argument => $"{setting.Option.Name}={argument}");

    /// <summary>Where what is wrong was said: in the file, or, for an empty answer, on the command line.</summary>
    static string Source(ParseError error, string path, Dictionary<Option, string> keys)
    {
        for (var symbol = error.SymbolResult; symbol is not null; symbol = symbol.Parent)
        {
            if (symbol is OptionResult result) return keys.TryGetValue(result.Option, out string? key) ? $"'{path}', '{key}': " : "";
        }
        // What is wrong together, such as heads that do not divide the channels, may come from either.
        return keys.Count > 0 ? $"'{path}': " : "";
    }
}
