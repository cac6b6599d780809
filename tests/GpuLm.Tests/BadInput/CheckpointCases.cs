namespace GpuLm.Tests.BadInput;

/// <summary>What a checkpoint or a model to begin with does not allow; <see cref="ResumeCases"/> has what is missing and damaged.</summary>
static class CheckpointCases
{
    const string Checkpoint = "model/checkpoint-1", State = Checkpoint + "/training_state.json";

    public static IReadOnlyList<BadInput> All { get; } =
    [
        Damaged("a model to resume that is no run", NoRun, "holds no checkpoint", "--init-from"),
        Damaged("a state of random bytes", folder => folder.Write(State, [0xFF, 0x00, 0xC3, 0x28]), "no state of a run"),
        Damaged("a state that is null", folder => folder.Write(State, "null"), "it holds nothing"),
        Damaged("a state of minus one step", folder => folder.Replace(State, "\"step\": 1", "\"step\": -1"), "out of range"),
        Damaged("a state of infinite time", folder => folder.Replace(State, "\"seconds\": ", "\"seconds\": 9e999"), "no state of a run"),
        Damaged(
            "a checkpoint's settings cut short", folder => folder.Change(Checkpoint + "/train_config.json", file => file[..^9]),
            "train_config.json", "cannot be read"),
        new("another shape for a run that goes on", "train --resume DIR/model --steps 5 --layers 2", "1 layer", "2 layers", "Leave out"),
        new(
            "another tokenizer for a run that goes on", "train --resume DIR/model --steps 5 --tokenizer char", "has the tokenizer byte",
            "Leave out --tokenizer"),
        BadInput.Usage("a negative number of checkpoints to keep", "train --keep -1", "--keep takes a whole number of 0 or more"),
        new("another shape than that of the model to begin with", "train --init-from DIR/model --channels 64", "Leave out"),
        new(
            "another tokenizer than that of the model to begin with", "train --init-from DIR/model --tokenizer gpt2",
            "Leave out --tokenizer"),
    ];

    static BadInput Damaged(string name, Action<TemporaryFolder> damage, params string[] says) =>
        new(name, "train --resume DIR/model --steps 5", ["model", .. says]) { Arrange = damage };

    static void NoRun(TemporaryFolder folder)
    {
        Directory.Delete(folder[Checkpoint], recursive: true);
        foreach (string pointer in (string[])["model/latest", "model/best"]) File.Delete(folder[pointer]);
    }
}
