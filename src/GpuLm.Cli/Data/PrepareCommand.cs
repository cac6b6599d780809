using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using GpuLm.Cli.Training.Arguments;
using GpuLm.Data;

namespace GpuLm.Cli.Data;

/// <summary><c>gpulm data prepare</c>: makes the tokens of a text ahead of training, and keeps them where training finds them.</summary>
static class PrepareCommand
{
    public static Command Create(Terminal terminal)
    {
        var arguments = new TextArguments();
        var command = new Command(
            "prepare",
            "Turns text into tokens ahead of 'gpulm train', which finds them if it is given the same text, tokenizer and split.");
        foreach (var setting in arguments.All) command.Options.Add(setting.Option);
        command.Validators.Add(result =>
        {
            if (!result.Given(arguments.Text.Option)) result.AddError("Nothing to prepare: give --text.");
        });
        command.SetAction(parsed => Prepare(arguments.Read(parsed.CommandResult), terminal));
        return command;
    }

    static int Prepare(TextSettings settings, Terminal terminal)
    {
        long start = Stopwatch.GetTimestamp();
        using var data = CorpusText.Open(settings, terminal, keepsSmall: true);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long bytes = data.TrainingBytes + data.ValidationBytes;
        void Line(string name, FormattableString value) => terminal.Out.WriteLine($"{name,-9}{FormattableString.Invariant(value)}");
        // Of tokens that were made elsewhere, only the held-out ones are read to the end.
        bool isText = data.TrainingBytes > 0;
        string trainingBytes = isText ? string.Create(CultureInfo.InvariantCulture, $", {data.TrainingBytes:N0} bytes") : "";
        Line("train", $"{data.TrainingTokens:N0} tokens{trainingBytes}");
        Line("held out", $"{data.ValidationTokens:N0} tokens, {data.ValidationBytes:N0} bytes");
        double bytesEach = bytes / (double)(data.ValidationTokens + (isText ? data.TrainingTokens : 0));
        Line(
            "tokens",
            $"{data.Tokenizer.Kind} tokenizer, {data.Tokenizer.VocabularySize:N0} in its vocabulary, {bytesEach:0.00} bytes each");
        Line("time", isText ? (FormattableString)$"{seconds:0.0} s, {bytes / 1e6 / seconds:0.0} MB/s" : $"{seconds:0.0} s");
        return CommandLine.Success;
    }
}
