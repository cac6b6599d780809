namespace GpuLm.Tests.BadInput;

/// <summary>A model's tokenizer, damaged.</summary>
static class TokenizerCases
{
    const string File = "char/tokenizer.json";

    public static IReadOnlyList<BadInput> All { get; } =
    [
        Damaged("a tokenizer.json that is empty", folder => folder.Write(File, "")),
        Damaged("a tokenizer.json that is not JSON", folder => folder.Write(File, "a b c")),
        Damaged("a tokenizer.json that is a number", folder => folder.Write(File, "7")),
        Damaged("a tokenizer.json that is cut short", folder => folder.Change(File, file => file[..^40])),
        Damaged("a tokenizer.json nested too deeply", folder => folder.Write(File, new string('[', 100_000))),
        Damaged("a tokenizer.json without a vocabulary", folder => folder.Replace(File, "\"vocab\"", "\"words\""), "no \"vocab\""),
        Damaged("a tokenizer without a model", folder => folder.Replace(File, "\"model\"", "\"motel\""), "no \"model\""),
        Damaged("a tokenizer of another kind", folder => folder.Replace(File, "WordLevel", "Unigram")),
        Damaged("a token id twice", folder => folder.Replace(File, "\"a\": 5", "\"a\": 8"), "each once"),
        Damaged("a negative token id", folder => folder.Replace(File, "\"a\": 5", "\"a\": -7"), "\"a\" has -7"),
        Damaged("a token id beyond the vocabulary", folder => folder.Replace(File, "\"a\": 5", "\"a\": 1000000"), "\"a\" has 1000000"),
        Damaged("a token id that is a fraction", folder => folder.Replace(File, "\"a\": 5", "\"a\": 7.5")),
        Damaged("a token id that is a word", folder => folder.Replace(File, "\"a\": 5", "\"a\": \"seven\"")),
        Damaged("a token twice", folder => folder.Replace(File, "\"a\": 5", "\"b\": 5")),
        new("the tokenizer of another model", "generate --model DIR/char --prompt x --device cpu", "256 tokens", "from one save")
        {
            Arrange = folder => System.IO.File.Copy(folder["model/tokenizer.json"], folder[File], overwrite: true),
        },
        new("the tokenizer of a folder that does not exist", "tokenizer decode --tokenizer DIR/nowhere 1", "nothing has that name"),
        new("a folder without a tokenizer", "tokenizer decode --tokenizer DIR/empty 1", "has neither tokenizer.json nor vocab.json")
        {
            Arrange = folder => Directory.CreateDirectory(folder["empty"]),
        },
        new("a token out of range", "tokenizer decode --tokenizer DIR/char 5000", "'5000' is no token", "0 to"),
        new("a tokenizer that is there already", "tokenizer train --text DIR/text.txt --out DIR/char", "is there already", "--out"),
        new("tokens to learn from tokens", "tokenizer train --text DIR/a.bin --out DIR/new", "holds tokens, not text")
        {
            Arrange = folder => folder.Write("a.bin", new byte[2000]),
        },
        new("tokens for a text that is empty", "tokenizer train --text DIR/void.txt --out DIR/new", "is empty")
        {
            Arrange = folder => folder.Write("void.txt", ""),
        },
        BadInput.Usage("tokens to learn: too few", "train --text DIR/text.txt --tokenizer bpe:200", "257", "bpe:4096"),
        BadInput.Usage("tokens to learn: a word", "train --text DIR/text.txt --tokenizer bpe:many", "257", "bpe:4096"),
        BadInput.Usage("tokens of no text", "tokenizer encode --tokenizer char", "has no tokens before it has seen a text"),
    ];

    static BadInput Damaged(string name, Action<TemporaryFolder> damage, params string[] says) =>
        new(name, "generate --model DIR/char --prompt a --device cpu", ["char/tokenizer.json", .. says]) { Arrange = damage };
}
