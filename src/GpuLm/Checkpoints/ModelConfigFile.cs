using System.Text.Json;
using GpuLm.Models;

namespace GpuLm.Checkpoints;

/// <summary>A GPT-2 model's shape as the <c>config.json</c> of Hugging Face's transformers.</summary>
public static class ModelConfigFile
{
    const int MostBytes = 1 << 20;

    /// <summary>Writes the configuration.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="config">The model's shape.</param>
    /// <param name="endOfText">The token that ends a document, where the vocabulary has one.</param>
    public static void Write(string path, GptConfig config, int? endOfText = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        AtomicFile.Write(path, stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
            json.WriteStartObject();
            json.WriteString("model_type", "gpt2");
            json.WriteStartArray("architectures");
            json.WriteStringValue("GPT2LMHeadModel");
            json.WriteEndArray();
            json.WriteNumber("n_layer", config.Layers);
            json.WriteNumber("n_head", config.Heads);
            json.WriteNumber("n_embd", config.Channels);
            json.WriteNumber("n_positions", config.ContextLength);
            json.WriteNumber("n_ctx", config.ContextLength);
            json.WriteNumber("vocab_size", config.VocabularySize);
            json.WriteNumber("layer_norm_epsilon", config.LayerNormEpsilon);
            json.WriteString("activation_function", "gelu_new");
            json.WriteBoolean("tie_word_embeddings", true);
            json.WriteNumber("initializer_range", 0.02);
            foreach (string dropout in (string[])["attn_pdrop", "embd_pdrop", "resid_pdrop"]) json.WriteNumber(dropout, 0);
            foreach (string name in (string[])["bos_token_id", "eos_token_id"])
            {
                if (endOfText is int token) json.WriteNumber(name, token);
                else json.WriteNull(name);
            }
            json.WriteString("torch_dtype", "float32");
            json.WriteEndObject();
        });
    }

    /// <summary>Reads a configuration.</summary>
    /// <exception cref="GpuLmException">The file is missing, is not JSON, or describes a model that is not GPT-2 as published.</exception>
    public static GptConfig Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new GpuLmException($"There is no file '{path}'. A model's folder holds its configuration under that name.");
        }
        try
        {
            long length = new FileInfo(path).Length;
            if (length > MostBytes) throw new FormatException($"it has {length} bytes; a configuration has at most {MostBytes}");
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) throw new FormatException("it is not a JSON object");
            RequireGpt2(root);
            var config = new GptConfig(
                Size(root, "n_layer"), Size(root, "n_head"), Size(root, "n_embd"), Size(root, "n_positions"), Size(root, "vocab_size"))
            {
                LayerNormEpsilon = Number(root, "layer_norm_epsilon") ?? 1e-5f,
            };
            if (Value(root, "n_inner") is not null && Size(root, "n_inner") is var inner && inner != 4L * config.Channels)
            {
                throw new FormatException($"n_inner is {inner}; only 4 * n_embd = {4L * config.Channels} can be loaded");
            }
            return config.Validate();
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or InvalidOperationException)
        {
            throw new GpuLmException(
                $"'{path}' does not describe a model that can be loaded: {e.Message.TrimEnd('.')}. Give the folder of a GPT-2 model.", e);
        }
    }

    static void RequireGpt2(JsonElement root)
    {
        Require(root, "model_type", "gpt2", required: true);
        Require(root, "activation_function", "gelu_new", required: false);
        Require(root, "tie_word_embeddings", "True", required: false);
        Require(root, "scale_attn_weights", "True", required: false);
        Require(root, "scale_attn_by_inverse_layer_idx", "False", required: false);
        Require(root, "add_cross_attention", "False", required: false);
    }

    static void Require(JsonElement root, string name, string expected, bool required)
    {
        string? actual = Value(root, name)?.ToString();
        if (actual is null ? required : actual != expected)
        {
            throw new FormatException($"{name} is {actual ?? "missing"}; it must be {expected}");
        }
    }

    static int Size(JsonElement root, string name) =>
        Value(root, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int size)
            ? size
            : throw new FormatException($"{name} is {Value(root, name)?.ToString() ?? "missing"}; it must be a whole number");

    static float? Number(JsonElement root, string name) => Value(root, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value => value.GetSingle(),
        var value => throw new FormatException($"{name} is {value}; it must be a number"),
    };

    /// <summary>A property's value; nothing where it is absent or null, which mean the same in these files.</summary>
    static JsonElement? Value(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
