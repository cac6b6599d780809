using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using GpuLm.Models;

namespace GpuLm.Tests.Golden;

/// <summary>
/// A small GPT-2's weights and batches, what PyTorch computed from them in float64, and how far PyTorch's own float32 was from that.
/// Written by <c>benchmarks/GpuLm.Peers</c> (<c>golden --write</c>); read by the tests, which need no PyTorch.
/// </summary>
/// <param name="MadeBy">The versions that made the file.</param>
/// <param name="Config">The model.</param>
/// <param name="Batch">Sequences in a batch.</param>
/// <param name="Length">Tokens in a sequence.</param>
/// <param name="Optimizer">How the steps are made.</param>
/// <param name="Inputs">Tokens of each step, [B, T].</param>
/// <param name="Targets">The tokens that follow them.</param>
/// <param name="Weights">Parameters by GPT-2's names.</param>
/// <param name="Expected">PyTorch's results in float64, rounded.</param>
/// <param name="Errors">PyTorch's largest float32 error, for each tensor of <paramref name="Expected"/>, "losses" and "norms".</param>
public sealed record GoldenFile(
    string MadeBy, GptConfig Config, int Batch, int Length, GoldenOptimizer Optimizer, IReadOnlyList<int[]> Inputs,
    IReadOnlyList<int[]> Targets, IReadOnlyDictionary<string, float[]> Weights, GoldenResult Expected,
    IReadOnlyDictionary<string, double> Errors)
{
    static readonly JsonSerializerOptions Options =
        new() { WriteIndented = true, Converters = { new FloatsConverter(), new TokensConverter() } };

    public static GoldenFile Read(string path) => JsonSerializer.Deserialize<GoldenFile>(File.ReadAllBytes(path), Options)!;

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Options) + "\n");

    /// <summary>Weights and gradients as base64 of little-endian floats: a tenth of their size as decimal text, and exact.</summary>
    sealed class FloatsConverter : JsonConverter<float[]>
    {
        public override float[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            MemoryMarshal.Cast<byte, float>(reader.GetBytesFromBase64()).ToArray();

        public override void Write(Utf8JsonWriter writer, float[] value, JsonSerializerOptions options) =>
            writer.WriteBase64StringValue(MemoryMarshal.AsBytes(value.AsSpan()));
    }

    /// <summary>Tokens on one line.</summary>
    sealed class TokensConverter : JsonConverter<int[]>
    {
        public override int[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<int[]>(ref reader)!;

        public override void Write(Utf8JsonWriter writer, int[] value, JsonSerializerOptions options) =>
            writer.WriteRawValue(JsonSerializer.Serialize(value));
    }
}

/// <summary>AdamW and clipping, as in PyTorch; matrices decay, biases and norms do not.</summary>
public sealed record GoldenOptimizer(double LearningRate, double Beta1, double Beta2, double Epsilon, double WeightDecay, double Clip);
