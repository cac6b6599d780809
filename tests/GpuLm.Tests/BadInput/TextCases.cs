using System.Text;

namespace GpuLm.Tests.BadInput;

/// <summary>Texts that are missing, damaged or too short, and prompts that a model cannot read.</summary>
static class TextCases
{
    const string Train = "train --device cpu --steps 1 --out DIR/run " + GoodFiles.Shape + " --text ";

    public static IReadOnlyList<BadInput> All { get; } =
    [
        new("a text that is missing", Train + "DIR/none.txt", "none.txt", "no file or folder"),
        new("a text that is empty", Train + "DIR/empty.txt", "empty.txt' is empty", "Leave it out")
        {
            Arrange = folder => folder.Write("empty.txt", ""),
        },
        new("a text of nothing but a byte order mark", Train + "DIR/mark.txt", "is empty")
        {
            Arrange = folder => folder.Write("mark.txt", [0xEF, 0xBB, 0xBF]),
        },
        new("a folder without texts", Train + "DIR/folder", "has no .txt, .jsonl or .parquet file")
        {
            Arrange = folder => folder.Write("folder/picture.png", "PNG"),
        },
        new("a text in UTF-16", Train + "DIR/utf16.txt", "is no UTF-8 text", "iconv -f UTF-16")
        {
            Arrange = folder => folder.Write("utf16.txt", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("Ein Text.")]),
        },
        new("a text in Latin-1", Train + "DIR/latin1.txt", "byte 0xE9 at offset 3", "iconv -f LATIN1")
        {
            Arrange = folder => folder.Write("latin1.txt", Encoding.Latin1.GetBytes("café au lait")),
        },
        new("a text that ends within a character", Train + "DIR/cut.txt", "is no UTF-8 text", "offset 3")
        {
            Arrange = folder => folder.Write("cut.txt", "caf\u00E9"u8[..^1]),
        },
        new("a program as a text", Train + "DIR/program.txt", "is no text", "Leave the file out")
        {
            Arrange = folder => folder.Write("program.txt", File.ReadAllBytes(typeof(TextCases).Assembly.Location).AsSpan(0, 10_000)),
        },
        new("a text that cannot be read", Train + "/proc/self/mem", "/proc/self/mem", "that you may read")
        {
            Arrange = _ => Linux.Require("a file that nobody can read: /proc/self/mem"),
        },
        new("a text shorter than the context", Train + "DIR/short.txt", "has", "tokens", "Give more text or choose a shorter context")
        {
            Arrange = folder => folder.Write("short.txt", "Too short."),
        },
        new("a text whose held-out part is shorter than the context", Train + "DIR/short.txt", "held-out part", "Give more text")
        {
            Arrange = folder => folder.Write("short.txt", new string('x', 100)),
        },
        new("a text to evaluate with a character that the model does not know",
            "evaluate --model DIR/char --text DIR/strange.txt --device cpu", "'ü' (U+00FC) in line 2", "train with the byte tokenizer")
        {
            Arrange = folder => folder.Write("strange.txt", "The cat\nsat über the mat."),
        },
        new("a prompt with a character that the model does not know",
            "generate --model DIR/char --prompt \"The Zebra\" --device cpu", "'Z' (U+005A)", "train with the byte tokenizer"),
        new("an empty prompt", "generate --model DIR/char --prompt \"\" --device cpu", "The prompt is empty"),
        new("a text to evaluate that is missing", "evaluate --model DIR/model --text DIR/none.txt --device cpu", "none.txt"),
        new("a text to evaluate that is empty", "evaluate --model DIR/model --text DIR/empty.txt --device cpu", "is empty")
        {
            Arrange = folder => folder.Write("empty.txt", ""),
        },
    ];
}
