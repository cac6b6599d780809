using System.Text;
using System.Text.Json.Nodes;
using GpuLm.Tokenization;
using GpuLm.Tokenization.Bpe;
using GpuLm.Tests.Tokenization.Bpe;
using Xunit;

namespace GpuLm.Tests.Tokenization;

public class BpeFileTests
{
    static readonly ITokenizer Learned =
        Tokenizers.Create("bpe:262", [Encoding.UTF8.GetBytes("the cat, the bat and the thé; that is the thing. The end of the thing")]);

    [Fact]
    public void TheFileNamesBytesMergesAndTheEndOfText()
    {
        var file = File();
        var added = file["added_tokens"]!.AsArray().Single()!;

        Assert.Equal(
            """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}""",
            file["pre_tokenizer"]!.ToJsonString());
        Assert.Equal(
            (261, "<|endoftext|>", true),
            ((int)added["id"]!, (string)added["content"]!, (bool)added["special"]!));
        var model = file["model"]!;
        Assert.Equal(
            ("t h", "Ġ th", "Ġth e"), ((string?)model["merges"]![0], (string?)model["merges"]![1], (string?)model["merges"]![2]));
        Assert.Equal((32, 256, 258, 261), (Id("Ġ"), Id("th"), Id("Ġthe"), Id("<|endoftext|>")));

        int Id(string token) => (int)model["vocab"]![token]!;
    }

    [Fact]
    public void MergesMayBePairs()
    {
        var file = File();
        var merges = file["model"]!["merges"]!.AsArray();
        file["model"]!["merges"] = new JsonArray([.. merges.Select(merge => Pair((string)merge!))]);

        Assert.Equal(TokenizerFile.ToJson(Learned), TokenizerFile.ToJson(TokenizerFile.FromJson(file.ToJsonString())));

        static JsonArray Pair(string merge) => [.. merge.Split(' ').Select(part => JsonValue.Create(part))];
    }

    [Fact]
    public void GptsPublishedFilesAreRead()
    {
        var gpt2 = Tokenizers.Create("gpt2", []);
        // As https://huggingface.co/openai-community/gpt2/blob/main/tokenizer.json has it.
        var file = JsonNode.Parse(TokenizerFile.ToJson(gpt2))!;
        file["pre_tokenizer"] = JsonNode.Parse("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true}""");
        file["post_processor"] = JsonNode.Parse("""{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":false}""");
        file["decoder"] = JsonNode.Parse("""{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true}""");
        var model = file["model"]!.AsObject();
        model.Remove("type");
        (model["continuing_subword_prefix"], model["end_of_word_suffix"]) = ("", "");
        using var folder = new TemporaryFolder();
        folder.Write("vocab.json", Encoding.UTF8.GetBytes(model["vocab"]!.ToJsonString()));
        string merges = string.Concat(model["merges"]!.AsArray().Select(merge => $"{merge}\n"));
        folder.Write("merges.txt", Encoding.UTF8.GetBytes($"#version: 0.2\n{merges}"));
        var random = new RandomText(seed: 11);

        foreach (var read in (ITokenizer[])[TokenizerFile.FromJson(file.ToJsonString()), TokenizerFile.Load(folder.Path)])
        {
            Assert.Equal((50257, 50256), (read.VocabularySize, read.EndOfText!.Value));
            for (int i = 0; i < 100; i++)
            {
                string text = random.Next();
                Assert.Equal(gpt2.Encode(text), read.Encode(text));
            }
        }
    }

    [Fact]
    public void IdsMayBeInAnyOrderAndTokensMayBeAddedOutsideTheVocabulary()
    {
        // As the trainer of Hugging Face has them: the end of text is token 0.
        var file = File();
        var vocabulary = file["model"]!["vocab"]!.AsObject();
        foreach (var (token, id) in vocabulary.ToArray()) vocabulary[token] = ((int)id! + 1) % 262;
        file["added_tokens"] = JsonNode.Parse("""[{"id":0,"content":"<|endoftext|>"},{"id":262,"content":"<pad> ≤"}]""");
        var read = TokenizerFile.FromJson(file.ToJsonString());

        Assert.Equal((263, 0), (read.VocabularySize, read.EndOfText!.Value));
        Assert.Equal("<pad> ≤", read.DecodeText([262]));
        Assert.Equal(Learned.Encode("the thing <pad> ≤").Select(id => id + 1), read.Encode("the thing <pad> ≤"));
    }

    [Fact]
    public void AWrongMergeOrderTurnsTheCheckRed()
    {
        string file = TokenizerFile.ToJson(Tokenizers.Create("bpe:259", ["th\nth\nth\nhe\nhe"u8.ToArray()]));
        var turned = JsonNode.Parse(file)!;
        turned["model"]!["merges"] = new JsonArray("h e", "t h");

        Assert.Equal([256, 'e'], TokenizerFile.FromJson(file).Encode("the"));
        Assert.Equal(['t', 257], TokenizerFile.FromJson(turned.ToJsonString()).Encode("the"));
    }

    public static TheoryData<string, string, string> Faults => new()
    {
        { "normalizer", """{"type":"NFC"}""", "it has a normalizer" },
        { "pre_tokenizer", "null", "its pre_tokenizer is missing; GPT-2's is ByteLevel" },
        { "pre_tokenizer", """{"type":"Sequence","pretokenizers":[]}""", "its pre_tokenizer is Sequence" },
        { "pre_tokenizer", """{"type":"ByteLevel","add_prefix_space":true}""", "a space before every text" },
        { "pre_tokenizer", """{"type":"ByteLevel","use_regex":false}""", "use_regex is false" },
        { "pre_tokenizer", "5", "its pre_tokenizer is without a type" },
        { "decoder", """{"type":"Metaspace"}""", "its decoder is Metaspace" },
        { "post_processor", """{"type":"TemplateProcessing"}""", "its post_processor is TemplateProcessing" },
        { "added_tokens", "{}", "\"added_tokens\" should be a list" },
        { "added_tokens", "[{}]", "an added token has no \"content\"" },
        { "added_tokens", """[{"content":"<a>"}]""", "has no \"id\"" },
        { "added_tokens", """[{"id":4294967296,"content":"<a>"}]""", "4294967296, which is no whole number below 2^31" },
        { "added_tokens", """[{"id":262,"content":"<a>"},{"id":263,"content":"<a>"}]""", "comes twice" },
        { "added_tokens", """[{"id":5,"content":"<|endoftext|>"}]""", "has the id 261 in the vocabulary and 5 among the added tokens" },
        { "added_tokens", """[{"id":2000000000,"content":"<a>"}]""", "should have the ids 0 to 262" },
        { "model.merges", """["t h","t h"]""", "comes twice" },
        { "model.merges", """["t h","th x"]""", "makes a token that it does not have" },
        { "model.merges", """["t quux"]""", "its merge 0 names \"quux\", which is not in its vocabulary" },
        { "model.merges", """["t h e"]""", "its merge 0 is \"t h e\"; it should be two tokens" },
        { "model.merges", """[["t"]]""", "it should be two tokens" },
        { "model.merges", """[[1,2]]""", "it should be two tokens" },
        { "model.merges", "7", "\"merges\" should be a list" },
        { "model.dropout", "0.1", "leaves out merges at random" },
        { "model.ignore_merges", "true", "ignore_merges" },
        { "model.ignore_merges", "1", "should be true or false" },
        { "model.end_of_word_suffix", "\"</w>\"", "its end_of_word_suffix is \"</w>\"" },
        { "model.vocab", "null", "no \"vocab\"" },
        { "model.vocab", """{"a":0}""", "its 2 tokens should have the ids 0 to 1" },
        { "model.vocab.A", "66", "each once" },
        { "model.vocab.A", "1000", "has 1000" },
        { "model.vocab.A", "-1", "has -1" },
        { "model.vocab.A", "4294967361", "4294967361, which is no whole number below 2^31" },
        { "model.vocab.日本", "262", "is not written in GPT-2's characters for bytes" },
    };

    [Theory, MemberData(nameof(Faults))]
    public void WhatDoesNotEncodeAsGpt2DoesIsRefused(string place, string value, string why)
    {
        var file = File();
        string[] path = place.Split('.');
        path[..^1].Aggregate(file, (node, name) => node[name]!)[path[^1]] = JsonNode.Parse(value);

        Assert.Contains(why, Assert.Throws<GpuLmException>(() => TokenizerFile.FromJson(file.ToJsonString())).Message);
    }

    [Fact]
    public void AMissingByteIsNamed()
    {
        var file = File();
        var vocabulary = file["model"]!["vocab"]!.AsObject();
        vocabulary.Remove("<|endoftext|>");
        vocabulary.Remove("Z");
        vocabulary["ZZ"] = (int)'Z';
        file["added_tokens"] = new JsonArray();

        Assert.Contains(
            "no token for the byte 0x5A, so it cannot write every text",
            Assert.Throws<GpuLmException>(() => TokenizerFile.FromJson(file.ToJsonString())).Message);
    }

    [Fact]
    public void DamagedPairsOfFilesSayWhatIsWrong()
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.json", "{\"a\":0}"u8);
        string Fault() => Assert.Throws<GpuLmException>(() => TokenizerFile.Load(folder.Path)).Message;

        Assert.Contains("has neither", Fault());
        folder.Write("merges.txt", "#version: 0.2\na b c\n"u8);
        Assert.Contains("merge 0 of merges.txt is \"a b c\"", Fault());
        folder.Write("merges.txt", ""u8);
        Assert.Contains("no token for the byte 0x00", Fault());
        folder.Write("vocab.json", "[1"u8);
        Assert.Contains("vocab.json is not a tokenizer that GpuLm can use", Fault());
    }

    [Fact]
    public void AnAbsurdlyLargeFileIsNotRead()
    {
        using var folder = new TemporaryFolder();
        using (var file = System.IO.File.Create(folder[TokenizerFile.FileName])) file.SetLength(1L << 40);

        Assert.Contains("it has 1,099,511,627,776 bytes", Assert.Throws<GpuLmException>(() => TokenizerFile.Load(folder.Path)).Message);
    }

    static JsonNode File() => JsonNode.Parse(TokenizerFile.ToJson(Learned))!;
}
