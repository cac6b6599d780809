using System.CommandLine;
using GpuLm.Devices;
using GpuLm.Generation;
using GpuLm.Models;

namespace GpuLm.Cli.Generation;

/// <summary><c>gpulm generate</c>: continues prompts with a trained model, token by token.</summary>
static class GenerateCommand
{
    public static Command Create(Terminal terminal)
    {
        var folder = Options.Model();
        var prompts = new PromptArguments();
        var drawing = new DrawingArguments();
        var batch = Options.Number(
            "--batch", $"Prompts that are continued side by side. Default: up to {GenerationMemory.DefaultBatch}, as memory allows.", 1,
            most: GenerationMemory.MostBatch);
        var json = new Option<bool>("--json") { Description = "Write a JSON object a prompt, each on a line." };
        var device = Options.Device();
        var precision = Options.Precision();
        var command = new Command("generate", "Continues prompts with a trained model.") { folder };
        prompts.AddTo(command);
        drawing.AddTo(command);
        foreach (Option option in (Option[])[batch, json, device, precision]) command.Add(option);
        command.SetAction(parsed =>
        {
            var options = drawing.Read(parsed);
            var texts = prompts.Read(parsed, terminal.In);
            using var model = LoadedModel.Open(
                parsed.GetValue(folder)!, parsed.GetValue(device) ?? "auto", Options.PrecisionOf(parsed.GetValue(precision)));
            terminal.Error.WriteLine($"device   {model}");
            Prompt[] encoded = [.. texts.Select(text => Prompt.Encode(text, model.Tokenizer))];
            int slots = GenerationMemory.Slots(
                model.Gpt.Config, model.Gpt.Format, DeviceMemory.UsableBytes(model.Device, model.Gpt.Device), encoded.Length,
                parsed.GetValue(batch));
            using var decoder = new GptDecoder(model.Gpt, slots);
            GenerationReport.WarnOfCuts(terminal.Error, encoded, decoder.ContextLength);
            var generator = new TextGenerator(decoder, model.Tokenizer, options);
            GeneratedWriter.Write(terminal.Out, generator.Run(encoded), encoded, parsed.GetValue(json));
            GenerationReport.WriteSpeed(terminal.Error, generator.Speed);
            return CommandLine.Success;
        });
        return command;
    }
}
