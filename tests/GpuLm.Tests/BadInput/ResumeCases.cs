using GpuLm.Cli.Training;

namespace GpuLm.Tests.BadInput;

/// <summary>Runs that cannot go on or begin for what lies around their checkpoint.</summary>
static class ResumeCases
{
    const string Checkpoint = "model/checkpoint-1/";
    const string State = Checkpoint + "training_state.json";
    const string Resume = "train --resume DIR/model --text DIR/text.txt --device cpu --steps 3 " + GoodFiles.Shape;
    const string InitFrom = "train --device cpu --steps 1 --batch 2 --measure-peaks off --out DIR/run --text DIR/text.txt --init-from ";

    /// <summary>Locks, held until the process of the tests ends.</summary>
    static readonly List<IDisposable> Held = [];

    public static IReadOnlyList<BadInput> All { get; } =
    [
        Damaged("a state of another step", folder => folder.Replace(State, "\"step\": 1", "\"step\": 5"), "under another name"),
        Damaged("a checkpoint's parameters missing", folder => File.Delete(folder[Checkpoint + "model.safetensors"]), "checkpoint-1"),
        Damaged("a checkpoint's config.json that is not JSON", folder => folder.Write(Checkpoint + "config.json", "{"), "config.json"),
        Damaged("metrics that no run wrote", folder => folder.Write("model/metrics.jsonl", "step,loss\n1,2.5\n"), "Move the file"),
        Damaged("a run that another process writes", folder => Held.Add(new RunLock(folder["model"])), "Another run", "Wait until it ends"),
        new(
            "a disk that is full when a run goes on", Resume.Replace("DIR/model", "DIR/disk/run", StringComparison.Ordinal), "of step 3",
            "MB left. Free some space")
        {
            DiskBytes = 96 << 10, Arrange = folder => Copy(folder, Checkpoint, "disk/run/checkpoint-1"),
        },
        new("weights to begin with in no folder", InitFrom + "DIR/text.txt", "There is no folder"),
        new("weights to begin with that are cut short", InitFrom + "DIR/model", "model.safetensors", "truncated")
        {
            Arrange = folder => folder.Change("model/model.safetensors", file => file[..^4]),
        },
        new("a text that the weights' tokenizer cannot write", InitFrom + "DIR/char", "'ü' (U+00FC)")
        {
            Arrange = folder => folder.Write("text.txt", string.Concat(Enumerable.Repeat("the mat ü.\n", 50))),
        },
    ];

    static BadInput Damaged(string name, Action<TemporaryFolder> damage, params string[] says) =>
        new(name, Resume, says) { Arrange = damage };

    static void Copy(TemporaryFolder folder, string from, string to)
    {
        foreach (string file in Directory.GetFiles(folder[from], "*", SearchOption.AllDirectories))
        {
            folder.Write(Path.Combine(to, Path.GetRelativePath(folder[from], file)), File.ReadAllBytes(file));
        }
    }
}
