using GpuLm.Checkpoints;

namespace GpuLm.Tests.BadInput;

/// <summary>Runs that cannot go on, and models that no run can begin with.</summary>
static class CheckpointCases
{
    const string Checkpoint = "model/checkpoint-1", State = Checkpoint + "/training_state.json";

    public static IReadOnlyList<BadInput> All { get; } =
    [
        new("a run to resume that is missing", "train --resume DIR/none", "no folder", "Give --resume the folder"),
        new("a file as a run to resume", "train --resume DIR/text.txt", "text.txt", "Give --resume the folder"),
        Damaged("a model that is no run", NoRun, "holds no checkpoint", "--init-from"),
        Damaged("a checkpoint without its state", folder => File.Delete(folder[State]), "has no training_state.json"),
        Damaged("a state that is empty", folder => folder.Write(State, ""), "no state of a run"),
        Damaged("a state of random bytes", folder => folder.Write(State, [0xFF, 0x00, 0xC3, 0x28]), "no state of a run"),
        Damaged("a state that is null", folder => folder.Write(State, "null"), "it holds nothing"),
        Damaged("a state of another version", folder => folder.Replace(State, "\"format_version\": 1", "\"format_version\": 99"), "99"),
        Damaged("a state with an unknown key", folder => folder.Replace(State, "\"tokens\"", "\"tokns\""), "tokns"),
        Damaged("a state of minus one step", folder => folder.Replace(State, "\"step\": 1", "\"step\": -1"), "out of range"),
        Damaged("a state of infinite time", folder => folder.Replace(State, "\"seconds\": ", "\"seconds\": 9e99"), "no state of a run"),
        Damaged("a checkpoint under another name", OtherName, "under another name", "Name it as the run did"),
        Damaged("a checkpoint without its moments", folder => File.Delete(folder[Checkpoint + "/optimizer.safetensors"]),
            "no file", "optimizer.safetensors"),
        Damaged("moments that are cut short", folder => folder.Change(Checkpoint + "/optimizer.safetensors", file => file[..^1]), "truncated"),
        Damaged(
            "moments of another model",
            folder => File.Copy(folder["char/checkpoint-1/optimizer.safetensors"], folder[Checkpoint + "/optimizer.safetensors"], true),
            "of another model"),
        Damaged(
            "a checkpoint's parameters cut short", folder => folder.Change(Checkpoint + "/model.safetensors", file => file[..^1]),
            "truncated"),
        Damaged(
            "a checkpoint's tokenizer cut short", folder => folder.Change(Checkpoint + "/tokenizer.json", file => file[..^9]),
            "tokenizer.json"),
        Damaged(
            "a checkpoint's settings cut short", folder => folder.Change(Checkpoint + "/train_config.json", file => file[..^9]),
            "train_config.json", "cannot be read"),
        new("another shape for a run that goes on", "train --resume DIR/model --steps 5 --layers 2", "1 layer", "2 layers", "Leave out"),
        new("another tokenizer for a run that goes on", "train --resume DIR/model --steps 5 --tokenizer char",
            "has the tokenizer byte", "Leave out --tokenizer"),
        BadInput.Usage("a new folder for a run that goes on", "train --resume DIR/model --out DIR/other", "leave out --out"),
        BadInput.Usage("other weights for a run that goes on", "train --resume DIR/model --init-from DIR/char", "leave out --init-from"),
        BadInput.Usage("a negative number of checkpoints to keep", "train --keep -1", "--keep takes a whole number of 0 or more"),
        new("a model to begin with that is missing", "train --init-from DIR/none", "no folder", "Give the folder"),
        new("another shape than that of the model to begin with", "train --init-from DIR/model --channels 64", "Leave out"),
        new("another tokenizer than that of the model to begin with", "train --init-from DIR/model --tokenizer gpt2",
            "Leave out --tokenizer"),
        Index("an index that names a file that is missing", "{\"weight_map\": {\"wte.weight\": \"other.safetensors\"}}", "not beside it"),
        Index("an index that leads elsewhere", "{\"weight_map\": {\"wte.weight\": \"../../etc/passwd\"}}", "a name beside the index"),
        Index("an index without a map", "{}", "has no weight_map"),
        Index("an index that is no JSON", "weights: all", "not a valid index"),
    ];

    static BadInput Damaged(string name, Action<TemporaryFolder> damage, params string[] says) =>
        new(name, "train --resume DIR/model --steps 5", ["model", .. says]) { Arrange = damage };

    static BadInput Index(string name, string index, params string[] says) =>
        new(name, "generate --model DIR/model --prompt x --device cpu", [ModelDirectory.WeightsIndexName, .. says])
        {
            Arrange = folder =>
            {
                File.Delete(folder["model/model.safetensors"]);
                folder.Write("model/" + ModelDirectory.WeightsIndexName, index);
            },
        };

    static void NoRun(TemporaryFolder folder)
    {
        Directory.Delete(folder[Checkpoint], recursive: true);
        foreach (string pointer in (string[])["model/latest", "model/best"]) File.Delete(folder[pointer]);
    }

    static void OtherName(TemporaryFolder folder)
    {
        Directory.Move(folder[Checkpoint], folder["model/checkpoint-7"]);
        folder.Write("model/latest", "checkpoint-7");
    }
}
