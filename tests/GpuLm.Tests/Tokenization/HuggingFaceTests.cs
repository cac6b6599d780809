using System.Diagnostics;
using System.Text.Json.Nodes;
using GpuLm.Tests.Tokenization.Bpe;
using GpuLm.Tokenization;
using Xunit;

namespace GpuLm.Tests.Tokenization;

/// <summary>
/// Reads our files with Hugging Face's own tokenizers. Needs Node and, in a folder that GPULM_HF_TOKENIZERS names, <c>npm install
/// @anush008/tokenizers</c>.
/// </summary>
public class HuggingFaceTests
{
    private const string Script =
        """
        const { Tokenizer } = require('@anush008/tokenizers');
        const fs = require('fs');
        (async () => {
          const tokenizer = Tokenizer.fromFile(process.argv[1]);
          const ids = (await tokenizer.encode(fs.readFileSync(process.argv[2], 'utf8'))).getIds();
          console.log(JSON.stringify({ ids, text: await tokenizer.decode(ids, false), size: tokenizer.getVocabSize() }));
        })().catch(fault => { console.error(String(fault)); process.exit(1); });
        """;

    private const string Text = "  Hello, \"world\"!\n\n\tcafé naïve\u00A0Ωμέγα 日本語 😀👩‍🚀\r\n e\u0301 \\ end\u007f \u0001 ";

    [Theory]
    [InlineData("byte")]
    [InlineData("char")]
    [InlineData("bpe:300")]
    [InlineData("gpt2")]
    public void HuggingFaceGivesTheSameTokens(string kind)
    {
        var tokenizer = Tokenizers.Create(kind, [System.Text.Encoding.UTF8.GetBytes(Text)]);
        using var folder = new TemporaryFolder();

        var answer = JsonNode.Parse(Run(folder, tokenizer, Text, out string errors));

        Assert.True(answer is not null, errors);
        Assert.Equal(tokenizer.Encode(Text), answer["ids"]!.AsArray().Select(id => (int)id!));
        Assert.Equal(Text, (string?)answer["text"]);
        Assert.Equal(tokenizer.VocabularySize, (int)answer["size"]!);
    }

    [Theory]
    [InlineData("bpe:2000")]
    [InlineData("gpt2")]
    public void HuggingFaceGivesTheSameTokensForTextFromAnywhere(string spec)
    {
        var random = new RandomText(seed: 12);
        // The one name that is a token there and text here; and letters above U+FFFF, which GPT-2's pattern takes for letters.
        string text = string.Concat(Enumerable.Range(0, 3000).Select(_ => random.Next() + " a𝐀𠀀b 𝟘"))
            .Replace("<|endoftext|>", "<|end|>");
        using var folder = new TemporaryFolder();
        var tokenizer = Tokenizers.Create(spec, [System.Text.Encoding.UTF8.GetBytes(text)]);

        var answer = JsonNode.Parse(Run(folder, tokenizer, text, out string errors));

        Assert.True(answer is not null, errors);
        Assert.Equal(tokenizer.Encode(text), answer["ids"]!.AsArray().Select(id => (int)id!));
    }

    [Fact]
    public void AnUnknownCharacterIsAnErrorThereToo()
    {
        using var folder = new TemporaryFolder();

        Assert.Equal("null", Run(folder, CharTokenizer.FromText("abc"u8), "abd", out string errors));
        Assert.Contains("UNK", errors);
    }

    private static string Run(TemporaryFolder folder, ITokenizer tokenizer, string text, out string errors)
    {
        string? modules = Environment.GetEnvironmentVariable("GPULM_HF_TOKENIZERS");
        if (modules is null) Assert.Skip("GPULM_HF_TOKENIZERS names no folder in which `npm install @anush008/tokenizers` was run.");
        string file = Path.Combine(folder.Path, TokenizerFile.FileName);
        TokenizerFile.Save(file, tokenizer);
        string textFile = folder.Write("text.txt", System.Text.Encoding.UTF8.GetBytes(text));
        using var node = Process.Start(new ProcessStartInfo("node", ["-e", Script, file, textFile])
        {
            WorkingDirectory = modules,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = node.StandardError.ReadToEndAsync();
        string output = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        errors = error.Result;
        return output.Length == 0 ? "null" : output;
    }
}
