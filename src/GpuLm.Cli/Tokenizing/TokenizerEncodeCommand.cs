using System.CommandLine;
using System.Globalization;

namespace GpuLm.Cli.Tokenizing;

/// <summary><c>gpulm tokenizer encode</c>: the tokens of a text.</summary>
static class TokenizerEncodeCommand
{
    public static Command Create(Terminal terminal)
    {
        var tokenizer = ExistingTokenizer.Option();
        var text = new Option<string>("--text")
        {
            Description = "The file to encode, of which every byte counts, or - for standard input. Default: -.", HelpName = "FILE",
        };
        var json = new Option<bool>("--json") { Description = "Write the tokens as a JSON array." };
        var command = new Command("encode", "Writes the tokens of a text, and on the error stream how fast they were made.")
        {
            tokenizer, text, json,
        };
        command.SetAction(parsed =>
        {
            var chosen = ExistingTokenizer.Open(parsed.GetValue(tokenizer)!);
            using var input = Open(terminal, parsed.GetValue(text) ?? "-");
            var (before, between, after) = parsed.GetValue(json) ? ("[", ",", "]") : ("", " ", "");
            var meter = new EncodingMeter();
            terminal.Out.Write(before);
            string separator = "";
            foreach (var part in TokenStream.Encode(chosen, input, meter))
            {
                terminal.Out.Write(separator + string.Join(between, part.Select(token => token.ToString(CultureInfo.InvariantCulture))));
                separator = between;
            }
            terminal.Out.WriteLine(after);
            terminal.Error.WriteLine(meter);
            return CommandLine.Success;
        });
        return command;
    }

    static Stream Open(Terminal terminal, string path)
    {
        if (path == "-") return terminal.In();
        if (File.Exists(path)) return File.OpenRead(path);
        throw new GpuLmException(
            $"There is no file '{path}' (looked in {Directory.GetCurrentDirectory()}). Name one, or - for standard input.");
    }
}
