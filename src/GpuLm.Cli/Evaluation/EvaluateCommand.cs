using System.CommandLine;
using GpuLm.Data;
using GpuLm.Devices;
using GpuLm.Evaluation;
using GpuLm.Tokenization;

namespace GpuLm.Cli.Evaluation;

/// <summary><c>gpulm evaluate</c>: how well a trained model predicts a text, and how many questions it answers.</summary>
static class EvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        var folder = Options.Model();
        var text = Paths(
            "--text", "Text that the model predicts, each document by itself: files, folders, patterns; - is standard input.", "PATH...");
        var textField = Options.TextField();
        var task = Paths(
            "--task", "Multiple-choice questions, a JSON object a line: {\"context\": \"...\", \"choices\": [\"...\"], \"label\": 0}.",
            "FILE.jsonl...");
        var context = Options.Number("--context", "Tokens that the model reads at once. Default: all that it can.", 1);
        var stride = Options.Number(
            "--stride", "Tokens from one window of a text to the next: a small one gives tokens more context, and takes longer. "
            + "Default: half the context.", 1);
        var batch = Options.Number(
            "--batch", "Windows or choices at once. Default: as many as make 8192 tokens, as memory allows.", 1, most: 1 << 16);
        var json = Options.Json();
        var device = Options.Device();
        var precision = Options.Precision();
        var command = new Command(
            "evaluate", "Measures how well a model predicts a text (loss, perplexity, bits per byte) or answers multiple-choice questions.")
        {
            folder, text, textField, task, context, stride, batch, json, device, precision,
        };
        command.Validators.Add(result =>
        {
            if (!result.Given(text) && !result.Given(task)) result.AddError("Nothing to evaluate on: give --text, --task or both.");
        });
        command.SetAction(parsed =>
        {
            using var corpus = parsed.GetValue(text) is { Length: > 0 } paths
                ? TextCorpus.Open(paths, parsed.GetValue(textField) ?? TextCorpus.DefaultTextField, terminal.In)
                : null;
            var tasks = (parsed.GetValue(task) ?? []).Select(path => (Path: path, Questions: MultipleChoiceFile.Read(path))).ToList();
            using var model = LoadedModel.Open(
                parsed.GetValue(folder)!, parsed.GetValue(device) ?? "auto", Options.PrecisionOf(parsed.GetValue(precision)));
            int length = ContextOf(parsed.GetValue(context), model);
            int rows = EvaluationMemory.Batch(
                model.Gpt.Config, model.Gpt.Format, DeviceMemory.UsableBytes(model.Device, model.Gpt.Device), length,
                parsed.GetValue(batch));
            using var scorer = new SequenceScorer(model.Gpt, length, rows);
            var report = new EvaluationReport(model.ToString(), length, parsed.GetValue(stride) ?? Math.Max(1, length / 2));
            if (corpus is not null)
            {
                report.Text = TextEvaluation.Run(
                    scorer, model.Tokenizer, corpus.Documents, report.Stride, new ProgressLines(terminal.Error, "tokens predicted").Show);
            }
            foreach (var (path, questions) in tasks)
            {
                var score = MultipleChoiceEvaluation.Run(
                    scorer, model.Tokenizer, questions, new ProgressLines(terminal.Error, $"of {questions.Count} questions").Show);
                report.Tasks.Add((path, score));
            }
            if (parsed.GetValue(json)) terminal.Out.WriteLine(report.Json());
            else report.Write(terminal.Out);
            return CommandLine.Success;
        });
        return command;
    }

    static Option<string[]> Paths(string name, string description, string helpName) => new(name)
    {
        Description = description, HelpName = helpName, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true,
    };

    static int ContextOf(int? asked, LoadedModel model)
    {
        int most = model.Gpt.Config.ContextLength;
        return asked is not int context ? most
            : context <= most ? context
            : throw new GpuLmException($"--context {context} is more than the model's {most} tokens. Give a smaller one, or leave it out.");
    }
}
