using System.Globalization;
using System.Text.Json.Nodes;
using GpuLm.Cli;
using GpuLm.Cli.Training;
using GpuLm.Cli.Training.Arguments;
using Xunit;

namespace GpuLm.Tests.Cli.Config;

/// <summary>What was resolved and written, read back, is the same run.</summary>
public sealed class ConfigRoundTripTests
{
    const int Runs = 200;
    static readonly string[] Texts = ["a.txt", "-x", "--steps", "@list", "a=b", "c:\\d", "é 🙂", "with space", "\"quoted\"", "<&>"];

    /// <summary>A valid configuration of some of the settings.</summary>
    static JsonObject Random(Random random)
    {
        var json = new JsonObject();
        foreach (var setting in new TrainArguments().All.Where(_ => random.Next(2) == 0))
        {
            json[setting.Key] = Value(setting.Form.Schema, random);
        }
        if (json["tokenizer"] is not null) json["tokenizer"] = $"bpe:{random.Next(300, 5000)}";
        KeepOne(json, random, "steps", "tokens", "minutes");
        KeepOne(json, random, "accumulate", "total_batch");
        int heads = random.Next(1, 20), batch = random.Next(1, 20);
        (json["heads"], json["channels"]) = (heads, heads * 2 * random.Next(1, 20));
        if (json["total_batch"] is not null) (json["batch"], json["total_batch"]) = (batch, batch * random.Next(1, 9));
        return json;
    }

    static JsonNode? Value(JsonObject schema, Random random)
    {
        if (schema["anyOf"] is JsonArray any) return Value((JsonObject)any[random.Next(any.Count)]!, random);
        if (schema["enum"] is JsonArray words) return words[random.Next(words.Count)]!.DeepClone();
        double least = Limit(schema["minimum"], 0), most = Limit(schema["maximum"], 1e9);
        return schema["type"]!.GetValue<string>() switch
        {
            "integer" => (long)Math.Clamp(least + Math.Pow(10, 9 * random.NextDouble()), least, most),
            "number" => (float)Math.Clamp(Math.Pow(10, 6 * random.NextDouble() - 5), least, most),
            "array" => new JsonArray([.. random.GetItems(Texts, random.Next(1, 4)).Select(text => JsonValue.Create(text))]),
            _ => random.GetItems(Texts, 1)[0],
        };
    }

    static double Limit(JsonNode? limit, double standard) =>
        limit is null ? standard : double.Parse(limit.ToJsonString(), CultureInfo.InvariantCulture);

    static void KeepOne(JsonObject json, Random random, params string[] keys)
    {
        string kept = random.GetItems(keys, 1)[0];
        foreach (string key in keys.Where(key => key != kept)) json.Remove(key);
    }

    [Fact]
    public void A_resolved_configuration_is_read_back_as_the_same_settings()
    {
        var random = new Random(5);
        for (int run = 0; run < Runs; run++)
        {
            string json = Random(random).ToJsonString();
            using var file = new ConfigFile(json);
            var (settings, resolved) = file.Read();
            using var again = new ConfigFile(resolved.Text);
            var (read, resolvedAgain) = again.Read();
            Assert.True(resolved.Text == resolvedAgain.Text, $"{json}\nbecame\n{resolved.Text}\nand then\n{resolvedAgain.Text}");
            Assert.Equivalent(settings, read, strict: true);
        }
    }

    /// <summary>Sabotage: settings that were written with a changed value are not the same.</summary>
    [Fact]
    public void A_changed_value_is_noticed()
    {
        using ConfigFile one = new("""{ "seed": 1 }"""), other = new("""{ "seed": 2 }""");
        Assert.NotEqual(one.Read().Settings.Options, other.Read().Settings.Options);
        Assert.NotEqual(one.Read().Resolved.Text, other.Read().Resolved.Text);
    }

    [Fact]
    public void A_run_saves_what_print_config_prints()
    {
        using var folder = new TemporaryFolder();
        string[] args =
        [
            "train", "--layers", "1", "--heads", "2", "--channels", "16", "--context", "16", "--batch", "4", "--device", "cpu",
            "--steps", "1", "--out", folder["run"],
        ];
        Assert.Equal(CommandLine.Success, CliRun.Of(args).ExitCode);
        Assert.Equal(CliRun.Of([.. args, "--print-config"]).Out, File.ReadAllText(folder[$"run/{TrainConfig.FileName}"]));
    }

    /// <summary>A batch that was chosen is saved as the number that it became: another machine would choose another.</summary>
    [Fact]
    public void A_chosen_batch_is_saved_as_a_number()
    {
        using var file = new ConfigFile(
            """{ "batch": "auto", "total_batch": 12, "layers": 1, "heads": 2, "channels": 16, "context": 4096, "sample_every": 0 }""");
        using var folder = new TemporaryFolder();
        var run = CliRun.Of("train", "--config", file.Path, "--steps", "1", "--device", "cpu", "--out", folder["run"]);
        Assert.Equal("", run.Error);
        // 16,384 tokens of 4,096 are 4 sequences, and 4 divides 12.
        Assert.Contains("3 x 4 sequences a step", run.Out, StringComparison.Ordinal);
        string saved = File.ReadAllText(folder[$"run/{TrainConfig.FileName}"]);
        Assert.Contains("\"batch\": 4,", saved, StringComparison.Ordinal);
        Assert.Contains("\"total_batch\": 12,", saved, StringComparison.Ordinal);
    }
}
