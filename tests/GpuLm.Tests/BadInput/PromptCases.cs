namespace GpuLm.Tests.BadInput;

/// <summary>Prompts that cannot be continued.</summary>
static class PromptCases
{
    const string Generate = "generate --model DIR/model --device cpu --tokens 3 ", FromFile = Generate + "--prompts DIR/";

    public static IReadOnlyList<BadInput> All { get; } =
    [
        BadInput.Usage("nothing to continue", Generate, "give --prompt TEXT or --prompts FILE"),
        BadInput.Usage("prompts in two ways", Generate + "--prompt x --prompts DIR/text.txt", "give one of them"),
        BadInput.Usage("an empty text to stop at", Generate + "--prompt x --stop \"\"", "--stop takes a text"),
        BadInput.Usage("a --stop without its text", Generate + "--prompt x --stop", "--stop"),
        BadInput.Usage("a --repetition-penalty of 0", Generate + "--prompt x --repetition-penalty 0", "--repetition-penalty takes"),
        new("prompts that are missing", FromFile + "none.txt", "There is no file", "with a prompt on each line"),
        new("a folder of prompts", FromFile + "model", "There is no file", "with a prompt on each line"),
        new("an empty file of prompts", FromFile + "empty.txt", "holds no prompts", "Write one on each line")
        {
            Arrange = folder => folder.Write("empty.txt", "\n\n"),
        },
        new("prompts in Latin-1", FromFile + "latin1.txt", "is not UTF-8", "iconv")
        {
            Arrange = folder => folder.Write("latin1.txt", [(byte)'c', (byte)'a', (byte)'f', 0xE9]),
        },
        new("prompts that are not JSON", FromFile + "prompts.jsonl", "line 2, is no JSON object", "on each line")
        {
            Arrange = folder => folder.Write("prompts.jsonl", "{\"prompt\": \"x\"}\nx\n"),
        },
        Json("JSON without a prompt", "{\"text\": \"a\"}"),
        Json("a prompt that is a number", "{\"prompt\": 1}"),
        Json("a prompt that is half a character", "{\"prompt\": \"\\ud800\"}"),
        BadInput.Usage("absurdly many prompts at a time", Generate + "--prompt x --batch 1000000", "at most 4096"),
        new("an enormous file of prompts", FromFile + "prompts.txt", "1099511627776 bytes", "Split it")
        {
            Arrange = folder => Sparse.Enlarge(folder["prompts.txt"]),
        },
    ];

    static BadInput Json(string name, string line) =>
        new(name, FromFile + "prompts.jsonl", "line 1, is no JSON object with a text \"prompt\"")
        {
            Arrange = folder => folder.Write("prompts.jsonl", line),
        };
}
