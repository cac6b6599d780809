using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace GpuLm.Cli.Training.Arguments;

/// <summary>
/// One thing that a run can be told: an option of the command line, the key of a configuration, and the value where nobody gives one.
/// </summary>
abstract class Setting
{
    protected Setting(Option option, JsonForm form) => (Option, Form) = (option, form);

    /// <summary>The command line's option: <c>--learning-rate</c>.</summary>
    public Option Option { get; }

    /// <summary>The configuration's key: <c>learning_rate</c>.</summary>
    public string Key => Option.Name.TrimStart('-').Replace('-', '_');

    /// <summary>What a configuration's value may be.</summary>
    public JsonForm Form { get; }

    /// <summary>The resolved value as a configuration has it; null where the setting does not apply.</summary>
    public abstract JsonNode? Json(CommandResult result);

    /// <summary>Whether the user gave it.</summary>
    public bool Given(CommandResult result) => result.Given(Option);

    /// <summary>A number that has the same default always.</summary>
    public static Setting<T> Number<T>(
        string name, string description, T standard, T least, bool above = false, T? most = null)
        where T : struct, INumber<T> =>
        Number(name, description, _ => standard, string.Create(CultureInfo.InvariantCulture, $"{standard}"), least, above, most);

    /// <summary>A number whose default follows from other settings, which <paramref name="standardText"/> describes.</summary>
    public static Setting<T> Number<T>(
        string name, string description, Func<CommandResult, T> standard, string standardText, T least, bool above = false, T? most = null)
        where T : struct, INumber<T>
    {
        var option = Options.Number($"--{name}", $"{description} Default: {standardText}.", least, above, most);
        return new Setting<T>(
            option, JsonForm.Number(least, above, most), result => result.GetValue(option) ?? standard(result),
            value => JsonValue.Create(value));
    }

    /// <summary>A number that does not apply unless it is given, or unless it has a default where it is not.</summary>
    public static Setting<T?> OptionalNumber<T>(
        string name, string description, T least, bool above = false, T? most = null, Func<CommandResult, T?>? standard = null)
        where T : struct, INumber<T>
    {
        var option = Options.Number($"--{name}", description, least, above, most);
        return new Setting<T?>(
            option, JsonForm.Number(least, above, most), result => result.GetValue(option) ?? standard?.Invoke(result),
            value => value is { } number ? JsonValue.Create(number) : null);
    }

    /// <summary>A whole number of 1 or more, or a word for a number that is known later.</summary>
    public static Setting<int> NumberOrWord(
        string name, string description, Func<CommandResult, int> standard, string standardText, string word, Func<int> meaning)
    {
        var option = Options.NumberOrWord($"--{name}", $"{description} Default: {standardText}.", word);
        return new Setting<int>(
            option, JsonForm.NumberOrWord(1, word),
            result => (result.GetValue(option) ?? standard(result)) is > 0 and var number ? number : meaning(),
            value => value == 0 ? JsonValue.Create(word) : JsonValue.Create(value));
    }

    /// <summary>One of a few words.</summary>
    public static Setting<T> Choice<T>(string name, string description, IReadOnlyDictionary<string, T> words, string standard)
    {
        var option = Options.Choice($"--{name}", $"{description} Default: {standard}.", words.Keys);
        return new Setting<T>(
            option, JsonForm.Word(words.Keys), result => words[result.GetValue(option) ?? standard],
            value => words.First(pair => Equals(pair.Value, value)).Key);
    }

    /// <summary>A word or name; nothing where it is not given.</summary>
    public static Setting<string?> Text(string name, string description, string helpName) =>
        Text(new Option<string>($"--{name}") { Description = description, HelpName = helpName });

    /// <summary>A word or name of an option that checks it.</summary>
    /// <param name="option">The option.</param>
    /// <param name="words">All that it takes; null where it takes more than a few words.</param>
    public static Setting<string?> Text(Option<string> option, IEnumerable<string>? words = null) =>
        new(option, JsonForm.Word(words), result => result.GetValue(option), value => value);

    /// <summary>A word or name of an option that checks it, with a default.</summary>
    /// <param name="option">The option.</param>
    /// <param name="standard">The default.</param>
    /// <param name="words">All that it takes; null where it takes more than a few words.</param>
    public static Setting<string> Text(Option<string> option, string standard, IEnumerable<string>? words = null) =>
        Text(option, () => standard, words);

    /// <summary>As above, with a default that may be known late.</summary>
    public static Setting<string> Text(Option<string> option, Func<string> standard, IEnumerable<string>? words = null) =>
        new(option, JsonForm.Word(words), result => result.GetValue(option) ?? standard(), value => value);

    /// <summary>Several words or names; none where it is not given.</summary>
    public static Setting<IReadOnlyList<string>> Texts(string name, string description, string helpName)
    {
        var option = new Option<string[]>($"--{name}")
        {
            Description = description, HelpName = $"{helpName}...", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true,
        };
        return new Setting<IReadOnlyList<string>>(
            option, JsonForm.Texts, result => result.GetValue(option) ?? [],
            values => values.Count == 0 ? null : new JsonArray([.. values.Select(value => JsonValue.Create(value))]));
    }
}

/// <summary>A setting of a type.</summary>
/// <param name="option">Its option.</param>
/// <param name="form">What a configuration's value may be.</param>
/// <param name="resolve">Its value: what was given, or else the default.</param>
/// <param name="toJson">A value as a configuration has it.</param>
sealed class Setting<T>(Option option, JsonForm form, Func<CommandResult, T> resolve, Func<T, JsonNode?> toJson) : Setting(option, form)
{
    /// <summary>What was given, or else the default.</summary>
    public T Of(CommandResult result) => resolve(result);

    /// <inheritdoc/>
    public override JsonNode? Json(CommandResult result) => toJson(Of(result));
}
