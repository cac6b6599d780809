using System.CommandLine;
using GpuLm.Generation;

namespace GpuLm.Cli.Generation;

/// <summary>How tokens are drawn, and when a continuation ends.</summary>
sealed class DrawingArguments
{
    static readonly GenerationOptions Default = new();

    readonly Option<int?> tokens = Options.Number("--tokens", $"Most tokens to generate. Default: {Default.MaxTokens}.", 1);

    readonly Option<float?> temperature = Options.Number(
        "--temperature", FormattableString.Invariant(
            $"0 always takes the likeliest token, 1 follows the model. Default: {Default.Temperature}."), 0f);

    readonly Option<int?> topK =
        Options.Number("--top-k", $"Choose among so many of the likeliest tokens; 0 means all. Default: {Default.TopK}.", 0);

    readonly Option<float?> topP = Options.Number(
        "--top-p", $"Choose among the likeliest tokens that have this probability together. Default: {Default.TopP}.", 0f, above: true,
        most: 1f);

    readonly Option<float?> penalty = Options.Number(
        "--repetition-penalty",
        $"Divide the logits of tokens that the text has already by this; above 1 avoids repetition. Default: {Default.RepetitionPenalty}.",
        0f, above: true);

    readonly Option<string[]> stop = new("--stop")
    {
        Description = "End before this text, which is not printed; repeat the option for several.", HelpName = "TEXT",
    };

    readonly Option<bool> ignoreEos = new("--ignore-eos") { Description = "Go on behind the token that ends a text." };

    readonly Option<ulong?> seed = Options.Number(
        "--seed", $"Seed of the choice; each further prompt has the next one. Default: {Default.Seed}.", 0ul);

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[tokens, temperature, topK, topP, penalty, stop, ignoreEos, seed]) command.Add(option);
        command.Validators.Add(result =>
        {
            // Without its value the option has no tokens, which is an error of its own.
            if (result.GetResult(stop)?.Tokens.Any(text => text.Value == "") != true) return;
            result.AddError("--stop takes a text; an empty one would stop at once.");
        });
    }

    public GenerationOptions Read(ParseResult parsed) => new()
    {
        MaxTokens = parsed.GetValue(tokens) ?? Default.MaxTokens,
        Temperature = parsed.GetValue(temperature) ?? Default.Temperature,
        TopK = parsed.GetValue(topK) ?? Default.TopK,
        TopP = parsed.GetValue(topP) ?? Default.TopP,
        RepetitionPenalty = parsed.GetValue(penalty) ?? Default.RepetitionPenalty,
        Stop = parsed.GetValue(stop) ?? [],
        IgnoreEndOfText = parsed.GetValue(ignoreEos),
        Seed = parsed.GetValue(seed) ?? Default.Seed,
    };
}
