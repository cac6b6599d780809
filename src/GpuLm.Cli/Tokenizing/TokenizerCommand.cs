using System.CommandLine;

namespace GpuLm.Cli.Tokenizing;

/// <summary><c>gpulm tokenizer</c>: makes tokenizers, and shows what they do.</summary>
static class TokenizerCommand
{
    public static Command Create(Terminal terminal) => new("tokenizer", "Learns the tokens of a text, and turns text into tokens and back.")
    {
        TokenizerTrainCommand.Create(terminal), TokenizerEncodeCommand.Create(terminal), TokenizerDecodeCommand.Create(terminal),
    };
}
