using System.CommandLine.Parsing;
using GpuLm.Tokenization;

namespace GpuLm.Cli.Training.Arguments;

/// <summary>What a run trains on.</summary>
/// <param name="Paths">Files and folders; none means the built-in stories.</param>
/// <param name="Tokenizer">What <see cref="TokenizerSpec"/> understands.</param>
sealed record TextSettings(IReadOnlyList<string> Paths, string Tokenizer);

/// <summary>The options that say what a run trains on.</summary>
sealed class TextArguments
{
    const string DefaultTokenizer = "byte";

    public TextArguments() => Tokenizer = Setting.Text(
        Options.Tokenizer(
            "What a token is: a byte; a character of the text; one of N pieces of words learned from the text; one of GPT-2's; or as the "
            + $"tokenizer or model in a folder has it. Default: {DefaultTokenizer}."),
        () => Loaded ?? DefaultTokenizer);

    public Setting<IReadOnlyList<string>> Text { get; } = Setting.Texts(
        "text",
        "Text files (UTF-8), or folders of .txt files, to train on; the last tenth is held out. "
        + "Default: built-in stories that never repeat.",
        "PATH");

    public Setting<string> Tokenizer { get; }

    /// <summary>The tokenizer of a model that is there already, which goes before the default.</summary>
    public string? Loaded { get; private set; }

    public IEnumerable<Setting> All => [Text, Tokenizer];

    /// <summary>Takes the tokenizer of a model that is there already.</summary>
    /// <exception cref="GpuLmException">The settings ask for another.</exception>
    public void Load(string tokenizer, CommandResult result)
    {
        if (Tokenizer.Given(result) && Tokenizer.Of(result) != tokenizer)
        {
            throw new GpuLmException(
                $"The model that the run begins with has the tokenizer {tokenizer}, and it is asked to have {Tokenizer.Of(result)}. "
                + "Leave out --tokenizer, or begin a new model.");
        }
        Loaded = tokenizer;
    }

    public TextSettings Read(CommandResult result) => new(Text.Of(result), Tokenizer.Of(result));
}
