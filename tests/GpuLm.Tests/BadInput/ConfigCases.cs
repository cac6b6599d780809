namespace GpuLm.Tests.BadInput;

/// <summary>Configurations that are wrong.</summary>
static class ConfigCases
{
    const string Train = "train --config DIR/run.json --text DIR/text.txt --device cpu --steps 2 --out DIR/run " + GoodFiles.Shape;

    public static IReadOnlyList<BadInput> All { get; } =
    [
        new("a configuration that is missing", Train, "There is no configuration", "--print-config"),
        new("a folder as a configuration", "train --config DIR/model", "is a folder", "Name a file"),
        File("an empty configuration", "", "it is empty"),
        File("a configuration that is cut short", "{ \"seed\": 1", "line 1, column 1"),
        File("a configuration that is a list", "[]", "holds a list, not an object"),
        File("a configuration nested too deeply", string.Concat(Enumerable.Repeat("{\"a\":", 1000)), "cannot be read"),
        File("half a character in a configuration", "{ \"text\": \"\\ud800\" }", "a lone surrogate"),
        new("a binary configuration", Train, "not text in UTF-8")
        {
            Arrange = folder => folder.Write("run.json", [0x7B, 0xFF, 0x00, 0x7D]),
        },
        new("an enormous configuration", Train, "larger than 1048576 bytes")
        {
            Arrange = folder =>
            {
                using var file = new FileStream(folder["run.json"], FileMode.Create);
                file.SetLength(1L << 40);
            },
        },
        Usage("an unknown key", "{ \"lerning_rate\": 1 }", "'lerning_rate'", "the nearest is 'learning_rate'"),
        Usage("a key that is there twice", "{ \"seed\": 1, \"seed\": 2 }", "'seed' is there twice", "Keep one"),
        Usage("a key with a value of another kind", "{ \"seed\": \"1\" }", "'seed' must be a whole number; it is a string"),
        Usage("a key out of range", "{ \"clip\": -1 }", "run.json', 'clip': --clip takes a number of 0 or more"),
        Usage("a total that no passes make up", "{ \"batch\": 2, \"total_batch\": 5 }", "not a multiple of --batch 2", "--batch auto"),
        new(
            "a resumed run of another shape", "train --resume DIR/model --context 32 --device cpu", "context 16", "context 32",
            "Leave out"),
        BadInput.Usage("--max-bad-steps 0", "train --max-bad-steps 0", "--max-bad-steps takes a whole number of 1 or more"),
    ];

    static BadInput File(string name, string json, params string[] says) =>
        new(name, Train, says) { Arrange = folder => folder.Write("run.json", json) };

    static BadInput Usage(string name, string json, params string[] says) =>
        BadInput.Usage(name, Train, says) with { Arrange = folder => folder.Write("run.json", json) };
}
