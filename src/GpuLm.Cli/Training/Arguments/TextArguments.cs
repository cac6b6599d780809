using System.CommandLine.Parsing;
using GpuLm.Data;
using GpuLm.Tokenization;

namespace GpuLm.Cli.Training.Arguments;

/// <summary>What a run trains on.</summary>
/// <param name="Paths">Files, folders and patterns; none means the built-in stories.</param>
/// <param name="Tokenizer">What <see cref="TokenizerSpec"/> understands.</param>
/// <param name="TextField">The field or column that holds the text.</param>
/// <param name="HeldOut">The share of the text that is held out.</param>
/// <param name="Validation">Text that is held out instead of a share.</param>
/// <param name="Cache">Where tokens are kept; nothing means the program's cache folder.</param>
sealed record TextSettings(
    IReadOnlyList<string> Paths, string Tokenizer, string TextField, double HeldOut, IReadOnlyList<string> Validation, string? Cache);

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
        "Text to train on: files, folders, patterns such as 'data/**/*.jsonl', or - for standard input. Taken are .txt, .jsonl and "
        + ".parquet, each also as .gz or .zst, and token shards of llm.c (.bin). Default: built-in stories that never repeat.",
        "PATH");

    public Setting<string> TextField { get; } = Setting.Text(Options.TextField(), TextCorpus.DefaultTextField);

    public Setting<string> Tokenizer { get; }

    /// <summary>The tokenizer of a model that is there already, which goes before the default.</summary>
    public string? Loaded { get; private set; }

    public Setting<double> HeldOut { get; } = Setting.Number(
        "held-out",
        "The share of the text that is held out for validation: whole documents, chosen by their content, and the end of long ones.",
        CorpusOptions.DefaultHeldOut, 0.0, above: true, most: 0.99);

    public Setting<IReadOnlyList<string>> Validation { get; } = Setting.Texts(
        "validation", "Text to hold out instead of a share of --text. What is also in it does not train.", "PATH");

    public Setting<string?> Cache { get; } = Setting.Text(
        "cache", "Folder in which tokens are kept for the next run. Default: gpulm/tokens in the user's cache folder.", "DIR");

    public IEnumerable<Setting> All => [Text, TextField, Tokenizer, HeldOut, Validation, Cache];

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

    public TextSettings Read(CommandResult result) => new(
        Text.Of(result), Tokenizer.Of(result), TextField.Of(result), HeldOut.Of(result), Validation.Of(result), Cache.Of(result));
}
