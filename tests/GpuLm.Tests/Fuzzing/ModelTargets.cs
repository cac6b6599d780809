using System.Buffers.Binary;
using System.Text;
using GpuLm.Checkpoints;
using GpuLm.Models;
using GpuLm.Training;

namespace GpuLm.Tests.Fuzzing;

/// <summary>Readers of models and checkpoints.</summary>
static class ModelTargets
{
    static readonly GptLayout Layout = new(new GptConfig(1, 1, 2, 3, 4));

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("safetensors", "model.safetensors", [Weights(), SafetensorsOf(Encoding.UTF8.GetBytes(Header))], ReadSafetensors),
        new("safetensors header", "model.safetensors", [Encoding.UTF8.GetBytes(Header)], ReadSafetensors,
            "F32", "F16", "BF16", "I64", "BOOL", "F4", "dtype", "shape", "data_offsets", "__metadata__")
        {
            Complete = SafetensorsOf,
        },
        new("GPT-2 weights", "model.safetensors", [Weights()], path => GptWeights.Load(path, Layout, (_, _) => { }),
            "F32", "BF16", "transformer.", "wte.weight", "lm_head.weight", "h.0.attn.bias"),
        new("safetensors index", "model.safetensors.index.json", [Encoding.UTF8.GetBytes(Index)], ReadIndex,
            "weight_map", "metadata", "model-00001-of-00001.safetensors", "../x", "/dev/zero", "wte.weight"),
        new("optimizer", OptimizerFile.Name, [Moments()], ReadMoments, "F32", "BF16", "first.", "second.", "first.wte.weight"),
        new("config", "config.json", [FuzzTargets.Written(path => ModelConfigFile.Write(path, Layout.Config))],
            path => ModelConfigFile.Read(path), "n_layer", "n_embd", "vocab_size", "layer_norm_epsilon", "n_inner", "gpt2"),
        new("training state", TrainingStateFile.Name, [State()], path => TrainingStateFile.Read(Path.GetDirectoryName(path)!),
            "step", "tokens", "seconds", "best_loss", "best_step", "next_batch", "format_version"),
        new("pointer", "latest", ["checkpoint-7"u8.ToArray()], path => CheckpointStore.FindLatest(Path.GetDirectoryName(path)!),
            "checkpoint-", "..", "/"),
    ];

    const string Header =
        """
        {"__metadata__":{"format":"pt"},
        "a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"F16","shape":[4],"data_offsets":[16,24]},
        "c":{"dtype":"BF16","shape":[],"data_offsets":[24,26]},"d":{"dtype":"F32","shape":[0,7],"data_offsets":[26,26]}}
        """;

    const string ShardName = "model-00001-of-00001.safetensors";

    static string Index
    {
        get
        {
            string map = string.Join(", ", Layout.Slots.Select(slot => $"\"{slot.Name}\": \"{ShardName}\""));
            return $"{{\"metadata\": {{\"total_size\": 1}}, \"weight_map\": {{{map}}}}}";
        }
    }

    static byte[] Weights() => FuzzTargets.Written(path => GptWeights.Save(path, Layout, slot => new float[slot.Length]));

    static byte[] SafetensorsOf(byte[] header)
    {
        const int DataBytes = 26;
        var length = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. new byte[DataBytes]];
    }

    static void ReadSafetensors(string path)
    {
        using var file = new SafetensorsFile(path);
        foreach (var tensor in file.Tensors.Values.Where(tensor => tensor.Type is "F32" or "F16" or "BF16")) file.Read(tensor);
    }

    static void ReadIndex(string path)
    {
        string shard = Path.Combine(Path.GetDirectoryName(path)!, ShardName);
        if (!File.Exists(shard)) File.WriteAllBytes(shard, Weights());
        GptWeights.Load(path, Layout, (_, _) => { });
    }

    static byte[] Moments()
    {
        using var folder = new TemporaryFolder();
        OptimizerFile.Save(folder.Path, Layout, slot => new float[slot.Length], slot => new float[slot.Length]);
        return File.ReadAllBytes(folder[OptimizerFile.Name]);
    }

    static void ReadMoments(string path) => OptimizerFile.Load(Path.GetDirectoryName(path)!, Layout, (_, _) => { }, (_, _) => { });

    static byte[] State()
    {
        using var folder = new TemporaryFolder();
        TrainingStateFile.Write(
            folder.Path,
            new TrainingState
            {
                Step = 7, Updates = 5, Judge = new StepJudgeState(2, 1, [1.5, 2.5], [0.25]), Tokens = 70, Seconds = 1.5, BestLoss = 2.5f,
                BestStep = 5, NextBatch = "0123456789ABCDEF",
            });
        return File.ReadAllBytes(folder[TrainingStateFile.Name]);
    }
}
