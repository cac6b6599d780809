using System.Text.Json;
using GpuLm.Cli.Training;
using Json.Schema;
using Xunit;

namespace GpuLm.Tests.Cli.Config;

/// <summary>The published schema, read by an independent validator.</summary>
public sealed class ConfigSchemaTests
{
    const string Published = "src/GpuLm.Cli/Training/train_config.schema.json";
    static readonly string Schema = CliRun.Of("train", "--config-schema").Out;
    static readonly JsonSchema Validator = JsonSchema.FromText(Schema);

    static bool Accepts(JsonSchema schema, string json)
    {
        using var document = JsonDocument.Parse(json);
        return schema.Evaluate(document.RootElement).IsValid;
    }

    [Fact]
    public void The_published_schema_is_the_commands()
    {
        string path = Pages.InRepository(Published);
        string remedy = $"Write it anew: gpulm train --config-schema > {Published}";
        Assert.True(File.Exists(path) && File.ReadAllText(path) == Schema, $"{Published} is not what the command prints. {remedy}");
    }

    [Theory, MemberData(nameof(ConfigExamples.Accepted), MemberType = typeof(ConfigExamples))]
    public void It_accepts_what_the_command_takes(string json) => Assert.True(Accepts(Validator, json));

    [Theory, MemberData(nameof(ConfigExamples.Refused), MemberType = typeof(ConfigExamples))]
    public void It_refuses_what_the_command_refuses(string json, string _) => Assert.False(Accepts(Validator, json));

    [Fact]
    public void It_accepts_what_print_config_prints() => Assert.True(Accepts(Validator, CliRun.Of("train", "--print-config").Out));

    /// <summary>Sabotage: a schema that forgot a setting, or a limit, fails these comparisons.</summary>
    [Fact]
    public void A_schema_that_forgot_something_is_noticed()
    {
        var forgotten = JsonSchema.FromText(Schema.Replace("\"seed\"", "\"sead\"", StringComparison.Ordinal));
        Assert.False(Accepts(forgotten, """{ "seed": 1 }"""));
        var unlimited = JsonSchema.FromText(Schema.Replace("\"minimum\": 1,", "", StringComparison.Ordinal));
        Assert.True(Accepts(unlimited, """{ "steps": 0 }"""));
    }
}
