using System.Buffers.Binary;
using System.Text;
using GpuLm.Checkpoints;
using GpuLm.Evaluation;
using GpuLm.Models;
using GpuLm.Tokenization;

namespace GpuLm.Tests.Fuzzing;

/// <summary>All readers of files from outside.</summary>
static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("safetensors", "model.safetensors", [Safetensors(), Safetensors(HeaderOfAllTypes)], ReadSafetensors),
        new("safetensors header", "model.safetensors", [Encoding.UTF8.GetBytes(HeaderOfAllTypes)], ReadSafetensors,
            "F32", "F16", "BF16", "I64", "BOOL", "dtype", "shape", "data_offsets", "__metadata__", "wte.weight")
        {
            Complete = Safetensors,
        },
        new("config", "config.json", [Written(path => ModelConfigFile.Write(path, new GptConfig(2, 2, 8, 16, 256)))],
            path => ModelConfigFile.Read(path), "n_layer", "n_embd", "vocab_size", "layer_norm_epsilon", "n_inner", "gpt2"),
        new("tokenizer", "tokenizer.json", [Tokenizer("byte"), Tokenizer("char"), Tokenizer("bpe:262")], ReadTokenizer,
            "vocab", "merges", "model", "type", "BPE", "WordLevel", "added_tokens", "pre_tokenizer", "Ġ", "<|endoftext|>"),
        new("task", "task.jsonl", [Encoding.UTF8.GetBytes(Questions)],
            path => MultipleChoiceFile.Read(path), "context", "ctx", "choices", "endings", "label"),
    ];

    const string HeaderOfAllTypes =
        """
        {"__metadata__":{"format":"pt"},
        "a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"F16","shape":[4],"data_offsets":[16,24]},
        "c":{"dtype":"BF16","shape":[],"data_offsets":[24,26]},"d":{"dtype":"F32","shape":[0,7],"data_offsets":[26,26]}}
        """;

    const string Questions =
        """
        {"context": "A dog", "choices": ["barks", "flies"], "label": 0}

        {"ctx": "", "endings": ["x", "y", "z"], "label": "2"}
        """;

    static byte[] Safetensors() =>
        Written(path => SafetensorsWriter.Write(path, [("wte.weight", [3, 2]), ("b", [2])], name => new float[name == "b" ? 2 : 6]));

    static byte[] Safetensors(string header) => Safetensors(Encoding.UTF8.GetBytes(header));

    static byte[] Safetensors(byte[] header)
    {
        var length = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. new byte[26]];
    }

    static void ReadSafetensors(string path)
    {
        using var file = new SafetensorsFile(path);
        foreach (var tensor in file.Tensors.Values) file.Read(tensor);
    }

    static byte[] Tokenizer(string spec) =>
        Encoding.UTF8.GetBytes(TokenizerFile.ToJson(Tokenizers.Create(spec, ["The cät sat at the cat's mat."u8.ToArray()])));

    static void ReadTokenizer(string path)
    {
        var tokenizer = TokenizerFile.Load(path);
        for (int token = 0; token < tokenizer.VocabularySize; token++) tokenizer.ByteCount(token);
        tokenizer.Encode("The cat sat.");
    }

    static byte[] Written(Action<string> write)
    {
        using var folder = new TemporaryFolder();
        write(folder["file"]);
        return File.ReadAllBytes(folder["file"]);
    }
}
