using System.Runtime.InteropServices;
using GpuLm.Models;

namespace GpuLm.Peers.LlmC;

/// <summary>
/// Writes the files that llm.c's CPU trainer reads from its working folder, with a workload's weights and first batch in place of the
/// published checkpoint and texts, so that nothing needs downloading.
/// </summary>
static class LlmCFiles
{
    const int ModelMagic = 20240326, ModelVersion = 3, TokensMagic = 20240520, TokensVersion = 1;
    const int HeaderLength = 256, VocabularyMultiple = 128;

    public static void Write(DirectoryInfo folder, Workload workload)
    {
        WriteModel(Path.Combine(folder.FullName, "gpt2_124M.bin"), workload);
        string data = Directory.CreateDirectory(Path.Combine(folder.FullName, "dev", "data", "tinyshakespeare")).FullName;
        // One batch and the token after it: the loader then gives this batch at every step.
        WriteTokens(Path.Combine(data, "tiny_shakespeare_train.bin"), workload.TextOf(0));
        WriteTokens(Path.Combine(data, "tiny_shakespeare_val.bin"), workload.TextOf(0));
    }

    /// <summary>All layers of one parameter lie together; linear weights are [out, in]; the vocabulary is padded.</summary>
    static void WriteModel(string path, Workload workload)
    {
        var config = workload.Config;
        int padded = (config.VocabularySize + VocabularyMultiple - 1) / VocabularyMultiple * VocabularyMultiple;
        using var file = File.Create(path);
        WriteHeader(
            file,
            [ModelMagic, ModelVersion, config.ContextLength, config.VocabularySize, config.Layers, config.Heads, config.Channels, padded]);
        var layout = new GptLayout(config);
        Write("wte.weight");
        WriteFloats(file, new float[(padded - config.VocabularySize) * config.Channels]);
        Write("wpe.weight");
        foreach (string name in (string[])
            ["ln_1.weight", "ln_1.bias", "attn.c_attn.weight", "attn.c_attn.bias", "attn.c_proj.weight", "attn.c_proj.bias",
             "ln_2.weight", "ln_2.bias", "mlp.c_fc.weight", "mlp.c_fc.bias", "mlp.c_proj.weight", "mlp.c_proj.bias"])
        {
            for (int layer = 0; layer < config.Layers; layer++) Write($"h.{layer}.{name}");
        }
        Write("ln_f.weight");
        Write("ln_f.bias");

        void Write(string name)
        {
            var slot = layout[name];
            float[] values = workload.Weights(slot);
            bool linear = name.StartsWith("h.", StringComparison.Ordinal) && slot.Shape.Count == 2;
            WriteFloats(file, linear ? Transposed(values, slot.Shape[0], slot.Shape[1]) : values);
        }
    }

    static void WriteTokens(string path, int[] tokens)
    {
        using var file = File.Create(path);
        WriteHeader(file, [TokensMagic, TokensVersion, tokens.Length]);
        file.Write(MemoryMarshal.AsBytes(Array.ConvertAll(tokens, token => (ushort)token).AsSpan()));
    }

    static void WriteHeader(FileStream file, int[] fields)
    {
        var header = new int[HeaderLength];
        fields.CopyTo(header, 0);
        file.Write(MemoryMarshal.AsBytes(header.AsSpan()));
    }

    static void WriteFloats(FileStream file, float[] values) => file.Write(MemoryMarshal.AsBytes(values.AsSpan()));

    static float[] Transposed(float[] values, int rows, int columns)
    {
        var transposed = new float[values.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++) transposed[column * rows + row] = values[row * columns + column];
        }
        return transposed;
    }
}
