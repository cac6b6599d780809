using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using GpuLm.Data;
using GpuLm.Tokenization;
using GpuLm.Tokenization.Bpe;

namespace GpuLm.Cli.Tokenizing;

/// <summary><c>gpulm tokenizer train</c>: learns a byte-pair encoding from text.</summary>
static class TokenizerTrainCommand
{
    /// <summary>Text that is encoded to see how short and how fast that is.</summary>
    const long SampleBytes = 16 << 20;

    public static Command Create(Terminal terminal)
    {
        var text = new Option<string[]>("--text")
        {
            Description = "Text to learn from: files, folders, patterns, or - for standard input, as 'gpulm train' takes them.",
            HelpName = "PATH...",
            Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true, Required = true,
        };
        var vocabulary = Options.Number(
            "--vocabulary", $"Tokens to have: 256 bytes, those that are learned, and the end of a text. Default: {DefaultVocabulary}.",
            BpeTrainer.LeastVocabulary, most: TokenizerSpec.MostTokens);
        var folder = new Option<string>("--out")
        {
            Description = $"Folder to write {TokenizerFile.FileName} to.", HelpName = "DIR", Required = true,
        };
        var field = Options.TextField();
        var command = new Command("train", "Learns a byte-pair encoding from text, as GPT-2's was.") { text, field, vocabulary, folder };
        command.SetAction(parsed =>
        {
            string file = NewFile(parsed.GetValue(folder)!);
            using var corpus =
                TextCorpus.Open(parsed.GetValue(text)!, parsed.GetValue(field) ?? TextCorpus.DefaultTextField, terminal.In);
            int size = parsed.GetValue(vocabulary) ?? DefaultVocabulary;
            var training = BpeProgressView.Show(terminal, size, progress => new BpeTrainer(size).Train(corpus.Documents, progress));
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            TokenizerFile.Save(file, training.Tokenizer);
            Describe(terminal.Out, training, size);
            Try(terminal.Out, training.Tokenizer, corpus.Documents);
            terminal.Out.WriteLine($"tokenizer   {file}");
            return CommandLine.Success;
        });
        return command;
    }

    const int DefaultVocabulary = 4096;

    static string NewFile(string folder)
    {
        string file = Path.Combine(folder, TokenizerFile.FileName);
        if (File.Exists(file))
        {
            throw new GpuLmException($"'{file}' is there already. Choose another folder with --out, or remove it first.");
        }
        return file;
    }

    static void Describe(TextWriter output, BpeTraining training, int size)
    {
        Line($"text        {training.Bytes:N0} bytes, {training.Pieces:N0} words and other pieces, {training.DistinctPieces:N0} distinct");
        if (training.ForgottenPieces > 0)
        {
            Line($"            without {training.ForgottenPieces:N0} rare ones, of which there were too many kinds to keep");
        }
        double rate = training.Bytes / training.Counting.TotalSeconds;
        Line($"counting    {training.Counting.TotalSeconds:0.00} s, {Units.Bytes(rate)}/s");
        Line($"merging     {training.Merging.TotalSeconds:0.00} s");
        int learned = training.Tokenizer.VocabularySize;
        string fewer = learned < size ? string.Create(CultureInfo.InvariantCulture, $" of {size:N0}: no more pairs occur twice") : "";
        Line($"vocabulary  {learned:N0} tokens{fewer}");

        void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }

    static void Try(TextWriter output, BpeTokenizer tokenizer, IEnumerable<ReadOnlyMemory<byte>> documents)
    {
        var meter = new EncodingMeter();
        var tokens = new List<int>();
        foreach (var document in documents.TakeWhile(_ => meter.Bytes < SampleBytes))
        {
            // A text without a place to cut at is encoded whole.
            int cut = tokenizer.CutBefore(document.Span, (int)SampleBytes);
            var sample = cut == 0 ? document.Span : document.Span[..cut];
            tokens.Clear();
            long start = Stopwatch.GetTimestamp();
            tokenizer.Encode(sample, tokens);
            meter.Add(sample.Length, tokens.Count, Stopwatch.GetElapsedTime(start));
        }
        output.WriteLine($"encoding    {meter}");
    }
}
