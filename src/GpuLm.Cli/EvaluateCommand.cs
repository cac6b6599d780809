using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using GpuLm.Data;
using GpuLm.Models;
using GpuLm.Training;

namespace GpuLm.Cli;

/// <summary><c>gpulm evaluate</c>: how well a trained model predicts a text.</summary>
static class EvaluateCommand
{
    const int Batch = 8;

    public static Command Create(Terminal terminal)
    {
        var folder = Options.Model();
        var text = new Option<string[]>("--text")
        {
            Description = "Text files (UTF-8), or folders of .txt files, all of which the model predicts.", HelpName = "PATH...",
            Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true, Required = true,
        };
        var json = Options.Json();
        var device = Options.Device();
        var precision = Options.Precision();
        var command = new Command("evaluate", "Measures how well a trained model predicts a text: loss, perplexity, bits per byte.")
        {
            folder, text, json, device, precision,
        };
        command.SetAction(parsed =>
        {
            using var corpus = TextCorpus.Open(parsed.GetValue(text)!, standardInput: terminal.In);
            using var model = LoadedModel.Open(
                parsed.GetValue(folder)!, parsed.GetValue(device) ?? "auto", Options.PrecisionOf(parsed.GetValue(precision)));
            using var data = CorpusDataset.Open(corpus, model.Tokenizer, new CorpusOptions { HeldOut = 1 });
            // A text shorter than the context is one window; windows do not overlap.
            int length = (int)Math.Clamp(data.ValidationTokens - 1, 1, model.Gpt.Config.ContextLength);
            using var evaluator = new Evaluator(model.Gpt, Batch, length);
            var (loss, tokens) = evaluator.Evaluate(data);
            var result = new Result(model.ToString(), tokens, data.ValidationBytes, loss, data.BitsPerByte(loss));
            if (parsed.GetValue(json)) terminal.Out.WriteLine(result.Json());
            else result.Write(terminal.Out);
            return CommandLine.Success;
        });
        return command;
    }

    sealed record Result(string Device, long Tokens, long Bytes, double Loss, double BitsPerByte)
    {
        double Perplexity => Math.Exp(Loss);

        public void Write(TextWriter output)
        {
            output.WriteLine($"device         {Device}");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"text           {Bytes:N0} bytes, {Tokens:N0} tokens predicted"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"loss           {Loss:0.0000} nats per token"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"perplexity     {Perplexity:0.000}"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bits per byte  {BitsPerByte:0.0000}"));
        }

        public string Json()
        {
            using var bytes = new MemoryStream();
            using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
            {
                json.WriteStartObject();
                json.WriteString("device", Device);
                json.WriteNumber("bytes", Bytes);
                json.WriteNumber("tokens", Tokens);
                json.WriteNumber("loss", Loss);
                json.WriteNumber("perplexity", Perplexity);
                json.WriteNumber("bits_per_byte", BitsPerByte);
                json.WriteEndObject();
            }
            return Encoding.UTF8.GetString(bytes.ToArray());
        }
    }
}
