using System.CommandLine;

namespace GpuLm.Cli.Generation;

/// <summary>Where the prompts come from.</summary>
sealed class PromptArguments
{
    readonly Option<string[]> prompt = new("--prompt")
    {
        Description = "Text to continue; repeat the option for several. Empty begins a text where the vocabulary has a token for it.",
        HelpName = "TEXT",
    };

    readonly Option<string> file = new("--prompts")
    {
        Description = "File of prompts, one a line, or - for standard input; a .jsonl file has objects with a \"prompt\".",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Add(prompt);
        command.Add(file);
        command.Validators.Add(result =>
        {
            bool texts = result.Given(prompt), lines = result.Given(file);
            if (texts && lines) result.AddError("--prompt and --prompts each say what to continue; give one of them.");
            if (!texts && !lines) result.AddError("There is nothing to continue; give --prompt TEXT or --prompts FILE.");
        });
    }

    /// <exception cref="GpuLmException">The file is missing, empty, or holds no prompts.</exception>
    public IReadOnlyList<string> Read(ParseResult parsed, Func<Stream> input) =>
        parsed.GetValue(file) is { } path ? PromptFile.Read(path, input) : parsed.GetValue(prompt)!;
}
