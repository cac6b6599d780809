using System.CommandLine;
using System.Globalization;
using System.Text;
using GpuLm.Tokenization;

namespace GpuLm.Cli.Tokenizing;

/// <summary><c>gpulm tokenizer decode</c>: the text of tokens.</summary>
static class TokenizerDecodeCommand
{
    const int LongestWord = 20;

    public static Command Create(Terminal terminal)
    {
        var tokenizer = ExistingTokenizer.Option();
        var ids = new Argument<string[]>("tokens")
        {
            Description = "The tokens, as 'gpulm tokenizer encode' writes them. Default: those on standard input.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("decode", "Writes the bytes that tokens stand for, and nothing else.") { tokenizer, ids };
        command.SetAction(parsed =>
        {
            var chosen = ExistingTokenizer.Open(parsed.GetValue(tokenizer)!);
            using TextReader input =
                parsed.GetValue(ids) is { Length: > 0 } given ? new StringReader(string.Join(' ', given)) : new StreamReader(terminal.In());
            using var output = new BufferedStream(terminal.OutBytes(), 1 << 16);
            foreach (string word in Words(input)) output.Write(chosen.BytesOf(Token(word, chosen)));
            return CommandLine.Success;
        });
        return command;
    }

    /// <summary>What stands between spaces, line ends, commas and brackets; of a word that is too long to be a number, its start.</summary>
    static IEnumerable<string> Words(TextReader input)
    {
        var word = new StringBuilder();
        for (int next = 0; next >= 0;)
        {
            next = input.Read();
            bool separates = next < 0 || char.IsWhiteSpace((char)next) || (char)next is ',' or '[' or ']';
            if (!separates) word.Append((char)next);
            if (word.Length == 0 || (!separates && word.Length < LongestWord)) continue;
            yield return word.ToString();
            word.Clear();
        }
    }

    static int Token(string word, ITokenizer tokenizer) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int token) && token < tokenizer.VocabularySize
            ? token
            : throw new GpuLmException(
                $"'{word}' is no token of this tokenizer. Its tokens are the numbers 0 to {tokenizer.VocabularySize - 1}.");
}
