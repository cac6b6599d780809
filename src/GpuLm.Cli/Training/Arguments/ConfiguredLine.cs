using System.CommandLine;
using System.CommandLine.Parsing;

namespace GpuLm.Cli.Training.Arguments;

/// <summary>
/// A command line of <c>gpulm train</c> together with the configurations that it names: the file of --config, and the settings of the run
/// that --resume goes on with. Their values become arguments of the options that nothing before them gives, so that each option's own check
/// serves all.
/// </summary>
/// <param name="Parsed">All together.</param>
/// <param name="Errors">What is wrong with any, a message each.</param>
sealed record ConfiguredLine(ParseResult Parsed, IReadOnlyList<string> Errors)
{
    // A value may begin with '@'; System.CommandLine would take it for the name of a file with more arguments.
    static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null };

    /// <summary>Parses a command line, and the configurations where it names any.</summary>
    /// <exception cref="GpuLmException">A configuration cannot be read.</exception>
    public static ConfiguredLine Parse(Command root, IReadOnlyList<string> args)
    {
        var parsed = root.Parse(args, Parser);
        if (parsed.CommandResult.Command is not TrainCommand train) return Alone(parsed);
        string[] paths = [.. PathsOf(train.Settings, parsed.CommandResult)];
        if (paths.Length == 0) return Alone(parsed);

        var taken = new List<ConfigValue>();
        var decided = train.Settings.DecidedBy(parsed.CommandResult);
        foreach (string path in paths)
        {
            var (values, faults) = ConfigValue.ReadAll(path, train.Settings.All);
            if (faults.Count > 0) return new ConfiguredLine(parsed, faults);
            taken.AddRange(values.Where(value => !decided.Contains(value.Setting)));
            decided.UnionWith(train.Settings.WithAlternatives(values.Select(value => value.Setting)));
        }
        // Before the user's arguments, the last of which may take more of what follows.
        var all = root.Parse([args[0], .. taken.SelectMany(value => value.Arguments), .. args.Skip(1)], Parser);
        return new ConfiguredLine(all, [.. all.Errors.Select(error => Source(error, taken) + error.Message)]);
    }

    static ConfiguredLine Alone(ParseResult parsed) => new(parsed, [.. parsed.Errors.Select(error => error.Message)]);

    static IEnumerable<string> PathsOf(TrainArguments arguments, CommandResult result)
    {
        string? Given(Option option) => result.GetResult(option) is { Tokens: [var token] } ? token.Value : null;
        if (Given(arguments.Config) is { } file) yield return file;
        if (Given(arguments.Folder.Resume) is { } run && ResumePoint.Find(run).SettingsPath is { } path) yield return path;
    }

    /// <summary>Where what is wrong was said: in a file, or, for an empty answer, on the command line.</summary>
    static string Source(ParseError error, List<ConfigValue> taken)
    {
        for (var symbol = error.SymbolResult; symbol is not null; symbol = symbol.Parent)
        {
            if (symbol is not OptionResult result) continue;
            var source = taken.Find(value => value.Setting.Option == result.Option);
            return source is null ? "" : $"'{source.Path}', '{source.Setting.Key}': ";
        }
        // What is wrong together, such as heads that do not divide the channels, may come from either.
        return taken.Count > 0 ? $"'{taken[0].Path}': " : "";
    }
}
