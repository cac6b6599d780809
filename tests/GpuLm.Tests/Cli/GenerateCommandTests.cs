using System.Text.Json;
using GpuLm.Cli;
using GpuLm.Cli.Generation;
using GpuLm.Models;
using GpuLm.Tests.BadInput;
using GpuLm.Tokenization;
using Xunit;

namespace GpuLm.Tests.Cli;

/// <summary><c>gpulm generate</c> with the models of <see cref="GoodFiles"/>, whose context is 16.</summary>
public sealed class GenerateCommandTests : IClassFixture<GoodFiles>, IDisposable
{
    readonly TemporaryFolder folder = new();

    public GenerateCommandTests(GoodFiles files) => files.CopyTo(folder);

    [Fact]
    public void Several_prompts_give_a_line_of_json_each_as_they_would_alone()
    {
        JsonElement[] together = Json("--seed", "5", "--prompt", "The cat", "--prompt", "the door", "--prompt", "");
        Assert.Equal(["The cat", "the door", ""], together.Select(line => line.GetProperty("prompt").GetString()));
        Assert.Equal([5, 6, 7], together.Select(line => line.GetProperty("seed").GetInt32()));
        for (int i = 0; i < 3; i++)
        {
            string[] one = ["--seed", $"{5 + i}", "--prompt", together[i].GetProperty("prompt").GetString()!];
            Assert.Equal(Tokens(together[i]), Tokens(Json(one).Single()));
            Assert.Contains(together[i].GetProperty("finish_reason").GetString(), (string[])["length", "eos"]);
            Assert.True(together[i].GetProperty("tokens_per_second").GetDouble() > 0);
        }
        JsonElement[] inTurn = Json("--seed", "5", "--prompt", "The cat", "--prompt", "the door", "--prompt", "", "--batch", "1");
        Assert.Equal(together.Select(Tokens), inTurn.Select(Tokens));
    }

    [Fact]
    public void Prompts_come_from_lines_and_from_json()
    {
        folder.Write("prompts.txt", "The cat\n\nthe door\n");
        folder.Write("prompts.jsonl", "{\"prompt\": \"The cat\", \"id\": 1}\n{\"prompt\": \"the\\ndoor\"}\n");
        Assert.Equal(["The cat", "the door"], Json("--prompts", folder["prompts.txt"]).Select(Prompt));
        Assert.Equal(["The cat", "the\ndoor"], Json("--prompts", folder["prompts.jsonl"]).Select(Prompt));
    }

    [Fact]
    public void Prompts_come_from_standard_input()
    {
        using StringWriter output = new(), error = new();
        var input = new MemoryStream("The cat\r\n\nthe mät"u8.ToArray());
        var terminal = new Terminal(output, error, IsInteractive: false) { In = () => input };
        string[] line = ["generate", "--model", folder["model"], "--device", "cpu", "--tokens", "3", "--prompts", "-", "--json"];
        Assert.True(CommandLine.Run(line, terminal) == CommandLine.Success, error.ToString());
        Assert.Equal(["The cat", "the mät"], Parse(output.ToString()).Select(Prompt));
    }

    [Fact]
    public void Texts_are_printed_behind_their_prompts_and_speed_beside_them()
    {
        var run = Run("--prompt", "The cat", "--prompt", "the door");
        string[] texts = run.Out.TrimEnd('\n').Split("\n----\n");
        Assert.StartsWith("The cat", texts[0], StringComparison.Ordinal);
        Assert.StartsWith("the door", texts[1], StringComparison.Ordinal);
        string[] said = run.Error.TrimEnd().Split('\n');
        Assert.Equal(["device", "prompts", "new"], said.Select(line => line.Split(' ')[0]));
        Assert.All(said[1..], line => Assert.EndsWith(" tokens/s", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_stop_text_ends_a_continuation_before_it()
    {
        // What an untrained model draws is no UTF-8, but some of it is letters.
        var whole = Json("--prompt", "The cat").Single();
        int[] tokens = Tokens(whole);
        int letter = Array.FindIndex(tokens, 3, token => char.IsAsciiLetterOrDigit((char)token));
        var stopped = Json("--prompt", "The cat", "--stop", "never", "--stop", $"{(char)tokens[letter]}").Single();
        int first = Array.IndexOf(tokens, tokens[letter]);
        Assert.Equal(tokens[..(first + 1)], Tokens(stopped));
        ITokenizer bytes = new ByteTokenizer();
        Assert.Equal(bytes.DecodeText(tokens.AsSpan(0, first)), stopped.GetProperty("text").GetString());
        Assert.Equal("stop", stopped.GetProperty("finish_reason").GetString());
    }

    [Fact]
    public void Of_a_prompt_beyond_the_context_the_end_is_seen_and_that_is_said()
    {
        const string end = "on the mat, and ";
        var run = Run("--json", "--prompt", "The cat sat " + end);
        Assert.Contains("the prompt has 28 tokens; the model sees the last 16 of them", run.Error, StringComparison.Ordinal);
        Assert.Equal(Tokens(Json("--prompt", end).Single()), Tokens(Parse(run.Out).Single()));
    }

    [Fact]
    public void A_batch_that_does_not_fit_is_refused_with_one_that_does()
    {
        var config = GptConfig.FromPreset("gpt2", 50_257);
        long With(int slots) => slots == 0 ? 1000 : GptDecoder.RequiredBytes(config, ModelFormat.Fp32, slots);
        Assert.Equal(5, GenerationMemory.Slots(config, ModelFormat.Fp32, With(5), 100, null));
        Assert.Equal(3, GenerationMemory.Slots(config, ModelFormat.Fp32, With(5), 3, 50));
        string refused = Refuse(With(5), 6), hopeless = Refuse(With(0), null);
        Assert.Contains("At most --batch 5 fits.", refused, StringComparison.Ordinal);
        Assert.Contains("Use a smaller model", hopeless, StringComparison.Ordinal);

        string Refuse(long usable, int? wanted) =>
            Assert.Throws<GpuLmException>(() => GenerationMemory.Slots(config, ModelFormat.Fp32, usable, 100, wanted)).Message;
    }

    public void Dispose() => folder.Dispose();

    static string? Prompt(JsonElement line) => line.GetProperty("prompt").GetString();

    static int[] Tokens(JsonElement line) => [.. line.GetProperty("tokens").EnumerateArray().Select(token => token.GetInt32())];

    static JsonElement[] Parse(string output) =>
        [.. output.TrimEnd().Split('\n').Select(line => JsonSerializer.Deserialize<JsonElement>(line))];

    JsonElement[] Json(params string[] options) => Parse(Run([.. options, "--json"]).Out);

    CliRun Run(params string[] options)
    {
        string[] common = ["generate", "--model", folder["model"], "--device", "cpu", "--tokens", "30", "--temperature", "1"];
        var run = CliRun.Of([.. common, .. options]);
        Assert.True(run.ExitCode == CommandLine.Success, run.Error);
        return run;
    }
}
