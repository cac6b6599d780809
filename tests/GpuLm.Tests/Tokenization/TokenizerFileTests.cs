using System.Text.Json.Nodes;
using GpuLm.Tokenization;
using Xunit;

namespace GpuLm.Tests.Tokenization;

public class TokenizerFileTests
{
    [Fact]
    public void TheCharFileHasExactlyThisShape()
    {
        var json = TokenizerFile.ToJson(CharTokenizer.FromText("b\"a\n😀"u8));

        Assert.Equal(
            """
            {
              "version": "1.0",
              "truncation": null,
              "padding": null,
              "added_tokens": [],
              "normalizer": null,
              "pre_tokenizer": {
                "type": "Split",
                "pattern": {
                  "Regex": "[\\s\\S]"
                },
                "behavior": "Isolated",
                "invert": false
              },
              "post_processor": null,
              "decoder": {
                "type": "Fuse"
              },
              "model": {
                "type": "WordLevel",
                "vocab": {
                  "\n": 0,
                  "\"": 1,
                  "a": 2,
                  "b": 3,
                  "\uD83D\uDE00": 4
                },
                "unk_token": "[UNK]"
              }
            }
            """.ReplaceLineEndings("\n"),
            json.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void TheByteFileIsAByteLevelBpeWithoutMerges()
    {
        var file = JsonNode.Parse(TokenizerFile.ToJson(new ByteTokenizer()))!;

        foreach (string part in new[] { "pre_tokenizer", "decoder" })
        {
            Assert.Equal(
                """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}""", file[part]!.ToJsonString());
        }
        var model = file["model"]!;
        Assert.Equal("BPE", (string?)model["type"]);
        Assert.Empty(model["merges"]!.AsArray());
        var vocabulary = model["vocab"]!.AsObject();
        Assert.Equal(256, vocabulary.Count);
        // GPT-2's names: printable bytes are themselves; space is Ġ, the line end Ċ, 0x7F ġ, 0xAD Ń.
        (string Name, char Value)[] bytes =
        [
            ("!", '!'), ("~", '~'), ("Ġ", ' '), ("Ċ", '\n'), ("Ā", '\0'), ("ġ", '\x7F'), ("¡", '\xA1'), ("Ń", '\xAD'), ("ÿ", '\xFF'),
        ];
        foreach (var (name, value) in bytes)
        {
            Assert.Equal(value, (int)vocabulary[name]!);
        }
    }

    [Theory]
    [InlineData("byte")]
    [InlineData("char")]
    [InlineData("bpe:300")]
    [InlineData("gpt2")]
    public void WhatIsSavedIsLoaded(string kind)
    {
        const string text = "Käse: \"\\ 日本 😀\n\t\u0000end";
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, TokenizerFile.FileName);
        var tokenizer = Tokenizers.Create(kind, [System.Text.Encoding.UTF8.GetBytes(text)]);

        TokenizerFile.Save(path, tokenizer);
        var loaded = TokenizerFile.Load(path);

        Assert.Equal((tokenizer.Kind, tokenizer.VocabularySize), (loaded.Kind, loaded.VocabularySize));
        Assert.Equal(tokenizer.Encode(text), loaded.Encode(text));
        Assert.Equal(TokenizerFile.ToJson(tokenizer), TokenizerFile.ToJson(loaded));
    }

    [Theory]
    [InlineData("not json", "invalid")]
    [InlineData("{}", "no \"model\"")]
    [InlineData("""{"model":[]}""", "without a type")]
    [InlineData("""{"model":{"type":"Unigram"}}""", "its model is Unigram")]
    [InlineData("""{"model":{"type":3}}""", "\"type\" should be text, and is Number")]
    [InlineData("""{"model":{"type":"WordLevel"}}""", "no \"vocab\"")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{}}}""", "no tokens")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":[]}}""", "an object of tokens and ids, and is Array")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{"word":0}}}""", "single characters")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{"":0}}}""", "single characters")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{"a":0,"b":2}}}""", "\"b\" has 2")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{"a":0,"b":0}}}""", "each once")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{"a":0,"a":1}}}""", "Duplicate")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{"a":0.5}}}""", "no whole number below 2^31")]
    public void AFileThatIsNoneOfOursSaysWhy(string json, string why)
    {
        using var folder = new TemporaryFolder();
        string path = folder[TokenizerFile.FileName];
        File.WriteAllText(path, json);

        var fault = Assert.Throws<GpuLmException>(() => TokenizerFile.Load(path));

        Assert.StartsWith($"{path} is not a tokenizer that GpuLm can use: ", fault.Message);
        Assert.Contains(why, fault.Message);
    }

    [Fact]
    public void WhatIsNotThereSaysWhatIsLookedFor()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains(
            "has neither tokenizer.json nor vocab.json with merges.txt",
            Assert.Throws<GpuLmException>(() => TokenizerFile.Load(folder.Path)).Message);
        Assert.Contains("nothing has that name", Assert.Throws<GpuLmException>(() => TokenizerFile.Load(folder["none.json"])).Message);
    }
}
