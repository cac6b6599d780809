using System.Text;
using System.Text.Json;
using GpuLm.Cli;
using GpuLm.Tokenization;
using Xunit;

namespace GpuLm.Tests.Cli;

public sealed class TokenizerCommandTests : IDisposable
{
    static readonly byte[] Text =
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("The whale's tail, naïve 日本 — the whale!\n", 300)));

    readonly TemporaryFolder folder = new();

    [Fact]
    public void ATrainedTokenizerEncodesAndDecodes()
    {
        var train = Train("300");
        Assert.Equal((0, ""), (train.ExitCode, train.Error));
        Assert.Matches(@"text +\d+,\d+ bytes, .* words and other pieces, \d+ distinct\ncounting +.* s, .*B/s\nmerging +", train.Out);
        Assert.Matches(@"\nvocabulary +\d+ tokens of 300: no more pairs occur twice\n", train.Out);
        Assert.Matches(@"\nencoding +.* bytes a token, .* MB/s on one thread\n", train.Out);

        byte[] text = [.. Text, 0xFF, 0, 0xC3, .. "<|endoftext|>\r\n"u8];
        var (encoded, _) = Run(text, "tokenizer", "encode", "--tokenizer", folder["out"]);
        Assert.Matches(@"^14,\d{3} bytes, [\d,]+ tokens, \d+\.\d\d bytes a token, [\d.]+ MB/s on one thread\n$", encoded.Error);
        var (decoded, bytes) = Run(Encoding.ASCII.GetBytes(encoded.Out), "tokenizer", "decode", "--tokenizer", folder["out"]);

        Assert.Equal((0, "", ""), (decoded.ExitCode, decoded.Out, decoded.Error));
        Assert.Equal(text, bytes);
    }

    [Fact]
    public void TokensAreWrittenAsWordsOrAsJson()
    {
        string file = folder.Write("hello.txt", "Hello world"u8);
        Assert.Equal("15496 995\n", Run([], "tokenizer", "encode", "--tokenizer", "gpt2", "--text", file).Run.Out);
        var (json, _) = Run("Hello world"u8, "tokenizer", "encode", "--tokenizer", "gpt2", "--text", "-", "--json");
        Assert.Equal([15496, 995], JsonSerializer.Deserialize<int[]>(json.Out)!);
        Assert.Equal("[]\n", Run([], "tokenizer", "encode", "--tokenizer", "gpt2", "--json").Run.Out);

        Assert.Equal("Hello world"u8, Run([], "tokenizer", "decode", "--tokenizer", "gpt2", "15496", "995").Bytes);
        Assert.Equal("Hello world"u8, Run("[15496,\n 995]"u8, "tokenizer", "decode", "--tokenizer", "gpt2").Bytes);
    }

    [Fact]
    public void ALongStreamHasTheTokensOfTheWhole()
    {
        byte[] text = [.. Enumerable.Repeat(Text, 150).SelectMany(part => part), .. Enumerable.Repeat((byte)'a', 5_000_000), .. Text];
        var tokenizer = Tokenizers.Create("bpe:280", [Text]);
        var whole = new List<int>();
        tokenizer.Encode(text, whole);
        var meter = new GpuLm.Cli.Tokenizing.EncodingMeter();

        Assert.Equal(whole, GpuLm.Cli.Tokenizing.TokenStream.Encode(tokenizer, new MemoryStream(text), meter).SelectMany(part => part));
        Assert.Equal(text.Length, meter.Bytes);
    }

    [Fact]
    public void WhatIsThereIsNotOverwritten()
    {
        string file = folder.Write("out/tokenizer.json", "mine"u8);
        var run = Train("300");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("is there already. Choose another folder", run.Error);
        Assert.Equal("mine", File.ReadAllText(file));
    }

    [Fact]
    public void ATextThatCannotBeLearnedFromLeavesNoFolder()
    {
        var run = CliRun.Of("tokenizer", "train", "--text", folder.Write("a.bin", new byte[2000]), "--out", folder["out"]);
        Assert.Equal(1, run.ExitCode);
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public void ATextWithoutAPlaceToCutAtIsEncodedToo()
    {
        // Longer than what is encoded for the figures of a text that can be cut.
        string text = folder.Write("a.txt", new string('a', 17 << 20));
        var run = CliRun.Of("tokenizer", "train", "--text", text, "--vocabulary", "300", "--out", folder["out"]);
        Assert.Contains("\nencoding    17,825,792 bytes", run.Out);
    }

    [Theory]
    [InlineData(2, "takes a whole number of 257 or more", "tokenizer", "train", "--text", "x", "--vocabulary", "256", "--out", "y")]
    [InlineData(2, "'bpe:300' has no tokens before it has seen a text", "tokenizer", "encode", "--tokenizer", "bpe:300")]
    [InlineData(2, "There is no tokenizer 'gpt3'", "tokenizer", "encode", "--tokenizer", "gpt3")]
    [InlineData(2, "bpe:N takes a number of tokens", "train", "--tokenizer", "bpe:1", "--text", "x")]
    [InlineData(1, "There is no file 'nowhere.txt'", "tokenizer", "encode", "--tokenizer", "gpt2", "--text", "nowhere.txt")]
    [InlineData(
        1, "'70000' is no token of this tokenizer. Its tokens are the numbers 0 to 50256.",
        "tokenizer", "decode", "--tokenizer", "gpt2", "70000")]
    [InlineData(1, "'abc' is no token", "tokenizer", "decode", "--tokenizer", "gpt2", "[abc]")]
    public void BadInputSaysWhatIsWrong(int exitCode, string message, params string[] args)
    {
        var (run, _) = Run([], args);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(message, run.Error);
    }

    public void Dispose() => folder.Dispose();

    CliRun Train(string vocabulary) =>
        CliRun.Of("tokenizer", "train", "--text", folder.Write("text.txt", Text), "--vocabulary", vocabulary, "--out", folder["out"]);

    static (CliRun Run, byte[] Bytes) Run(ReadOnlySpan<byte> input, params string[] args)
    {
        using StringWriter output = new(), error = new();
        using var bytes = new MemoryStream();
        var inputStream = new MemoryStream(input.ToArray());
        var terminal = new Terminal(output, error, IsInteractive: false) { In = () => inputStream, OutBytes = () => bytes };
        int exitCode = CommandLine.Run(args, terminal);
        return (new CliRun(exitCode, output.ToString(), error.ToString()), bytes.ToArray());
    }
}
