using System.CommandLine;
using GpuLm.Tokenization;

namespace GpuLm.Cli.Tokenizing;

/// <summary>The option that names a tokenizer which need not learn first.</summary>
static class ExistingTokenizer
{
    public static Option<string> Option()
    {
        var option = Options.Tokenizer("The tokenizer: of bytes, GPT-2's, or the one in the folder of a tokenizer or model.");
        option.HelpName = "byte|gpt2|DIR";
        option.Required = true;
        option.Validators.Add(result =>
        {
            string text = result.Tokens[0].Value;
            if (text == "char" || text.StartsWith("bpe:", StringComparison.Ordinal))
            {
                result.AddError(
                    $"'{text}' has no tokens before it has seen a text. Give the folder of a model that was trained with it, or of "
                    + "'gpulm tokenizer train'.");
            }
        });
        return option;
    }

    public static ITokenizer Open(string text) => Tokenizers.Create(text, []);
}
