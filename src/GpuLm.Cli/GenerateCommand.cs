using System.CommandLine;
using GpuLm.Generation;
using GpuLm.Models;

namespace GpuLm.Cli;

/// <summary><c>gpulm generate</c>: continues a prompt with a trained model, token by token.</summary>
static class GenerateCommand
{
    const int DefaultTokens = 200;
    const float DefaultTemperature = 0.8f;

    public static Command Create(Terminal terminal)
    {
        var folder = Options.Model();
        var prompt = new Option<string>("--prompt") { Description = "Text to continue.", HelpName = "TEXT", Required = true };
        var tokens = Options.Number("--tokens", $"Tokens to generate. Default: {DefaultTokens}.", 1);
        var temperature =
            Options.Number("--temperature", $"0 always takes the likeliest token, 1 follows the model. Default: {DefaultTemperature}.", 0f);
        var topK = Options.Number("--top-k", "Choose among so many of the likeliest tokens; 0 means all. Default: 0.", 0);
        var topP = Options.Number(
            "--top-p", "Choose among the likeliest tokens that have this probability together. Default: 1.", 0f, above: true, most: 1f);
        var seed = Options.Number("--seed", "Seed of the choice. Default: 1.", 0ul);
        var device = Options.Device();
        var precision = Options.Precision();
        var command = new Command("generate", "Continues a prompt with a trained model.")
        {
            folder, prompt, tokens, temperature, topK, topP, seed, device, precision,
        };
        command.SetAction(parsed =>
        {
            var sampler = new Sampler(
                parsed.GetValue(temperature) ?? DefaultTemperature, parsed.GetValue(topK) ?? 0, parsed.GetValue(topP) ?? 1,
                parsed.GetValue(seed) ?? 1);
            using var model = LoadedModel.Open(
                parsed.GetValue(folder)!, parsed.GetValue(device) ?? "auto", Options.PrecisionOf(parsed.GetValue(precision)));
            terminal.Error.WriteLine($"device   {model}");
            Write(terminal.Out, model, sampler, parsed.GetValue(prompt)!, parsed.GetValue(tokens) ?? DefaultTokens);
            return CommandLine.Success;
        });
        return command;
    }

    static void Write(TextWriter output, LoadedModel model, Sampler sampler, string prompt, int count)
    {
        using var inference = new GptInference(model.Gpt);
        var generator = new TextGenerator(inference.NextTokenLogits, model.Gpt.Config.ContextLength, sampler);
        var generated = generator.Generate(model.Tokenizer.Encode(prompt), count);
        output.Write(prompt);
        var text = new Utf8Text();
        foreach (int token in generated)
        {
            output.Write(text.Add(model.Tokenizer.BytesOf(token)));
            output.Flush();
        }
        output.WriteLine(text.End());
    }
}
