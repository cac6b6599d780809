using System.Text.Json.Nodes;

namespace GpuLm.Cli.Training.Arguments;

/// <summary>The JSON schema of configurations, as <c>gpulm train --config-schema</c> prints it.</summary>
/// <remarks>It says nothing of what hangs together, such as heads that must divide channels: the command checks that.</remarks>
static class ConfigSchema
{
    const string Draft = "https://json-schema.org/draft/2020-12/schema";

    /// <summary>The schema of a whole configuration.</summary>
    /// <param name="settings">Its settings.</param>
    /// <param name="alternatives">Settings of which a configuration may have one at most.</param>
    public static JsonObject Of(IEnumerable<Setting> settings, IEnumerable<Alternatives> alternatives)
    {
        var properties = new JsonObject
        {
            ["$schema"] = new JsonObject { ["type"] = "string", ["description"] = "Where this schema is; for editors." },
        };
        foreach (var setting in settings)
        {
            var schema = (JsonObject)setting.Form.Schema.DeepClone();
            schema["description"] = setting.Option.Description;
            properties[setting.Key] = schema;
        }
        return new JsonObject
        {
            ["$schema"] = Draft,
            ["title"] = "Configuration of gpulm train",
            ["description"] = "Each key is an option of gpulm train with _ for -; see gpulm train --help.",
            ["type"] = "object",
            ["properties"] = properties,
            ["additionalProperties"] = false,
            ["allOf"] = new JsonArray([.. alternatives.SelectMany(each => Pairs(each.Settings)).Select(Exclude)]),
        };
    }

    static IEnumerable<(Setting, Setting)> Pairs(IReadOnlyList<Setting> settings) =>
        settings.SelectMany((first, i) => settings.Skip(i + 1).Select(second => (first, second)));

    static JsonObject Exclude((Setting First, Setting Second) pair) =>
        new() { ["not"] = new JsonObject { ["required"] = new JsonArray(pair.First.Key, pair.Second.Key) } };
}
