using GpuLm.Models;

namespace GpuLm.Tests.BadInput;

/// <summary>A model's folder and its configuration, damaged.</summary>
static class ModelCases
{
    const string Config = "model/config.json";

    public static IReadOnlyList<BadInput> All { get; } =
    [
        new("a model that is missing", "generate --model DIR/none --prompt x", "no folder", "gpulm train"),
        new("a file as a model", "generate --model DIR/text.txt --prompt x", "text.txt", "gpulm train"),
        new("an empty folder as a model", "generate --model DIR/empty --prompt x", "has no config.json", "a run that was saved")
        {
            Arrange = folder => Directory.CreateDirectory(folder["empty"]),
        },
        Without("model.safetensors"),
        Without("tokenizer.json"),
        Damaged(
            "parameters in PyTorch's own format", folder => File.Move(folder["model/model.safetensors"], folder["model/pytorch_model.bin"]),
            "pytorch_model.bin", "safe_serialization=True"),
        Damaged(
            "parameters that are larger than any memory",
            folder => SparseModel.Write(folder["model"], new GptConfig(16, 2, 32768, 16, 256)), "parameters need 825 GB", "smaller model"),
        Damaged("a config.json that is empty", folder => folder.Write(Config, "")),
        Damaged("a config.json that is not JSON", folder => folder.Write(Config, "layers: 12"), "Give the folder of a GPT-2 model"),
        Damaged("a config.json that is a list", folder => folder.Write(Config, "[1, 2]"), "not a JSON object"),
        Damaged("a config.json that is cut short", folder => folder.Change(Config, file => file[..^20])),
        Damaged("a config.json of random bytes", folder => folder.Write(Config, [0xFF, 0x00, 0xC3, 0x28, 0x80])),
        Damaged("a config.json nested too deeply", folder => folder.Write(Config, new string('[', 100_000))),
        Damaged("an enormous config.json", folder => Sparse.Enlarge(folder[Config]), "bytes"),
        Damaged("a folder in place of config.json", folder =>
        {
            File.Delete(folder[Config]);
            Directory.CreateDirectory(folder[Config]);
        }),
        Damaged(
            "a model of another kind", folder => folder.Replace(Config, "\"gpt2\"", "\"llama\""), "model_type is llama; it must be gpt2"),
        Damaged("a model with another activation", folder => folder.Replace(Config, "gelu_new", "relu"), "activation_function is relu"),
        Damaged("heads that do not divide", folder => folder.Replace(Config, "\"n_head\": 2", "\"n_head\": 3"), "3 heads do not divide 8"),
        Damaged(
            "a negative number of layers", folder => folder.Replace(Config, "\"n_layer\": 1", "\"n_layer\": -1"),
            "layers must be 1 or more"),
        Damaged("half a layer", folder => folder.Replace(Config, "\"n_layer\": 1", "\"n_layer\": 0.5"), "n_layer is 0.5", "whole number"),
        Damaged("layers as a word", folder => folder.Replace(Config, "\"n_layer\": 1", "\"n_layer\": \"one\""), "n_layer is one"),
        Damaged("an absurd number of layers", folder => folder.Replace(Config, "\"n_layer\": 1", "\"n_layer\": 2000000000")),
        Damaged("an absurd number of channels", folder => folder.Replace(Config, "\"n_embd\": 8", "\"n_embd\": 2000000000")),
        Damaged("an absurd context", folder => folder.Replace(Config, "\"n_positions\": 16", "\"n_positions\": 2147483647")),
        Damaged("a config.json without n_embd", folder => folder.Replace(Config, "n_embd", "width"), "n_embd is missing"),
        Damaged(
            "an epsilon as a word", folder => folder.Replace(Config, "1E-05", "\"small\""),
            "layer_norm_epsilon is small; it must be a number"),
        Damaged("an infinite epsilon", folder => folder.Replace(Config, "1E-05", "1e999"), "layer_norm_epsilon"),
        Damaged(
            "another vocabulary than the tokenizer's", folder => folder.Replace(Config, "256", "255"), "vocab_size 255", "from one save"),
    ];

    static BadInput Damaged(string name, Action<TemporaryFolder> damage, params string[] says) =>
        new(name, "generate --model DIR/model --prompt x --device cpu", ["model", .. says]) { Arrange = damage };

    static BadInput Without(string file) => new(
        $"a model without its {file}", "generate --model DIR/model --prompt x --device cpu", $"has no {file}", "a run that was saved")
    {
        Arrange = folder => File.Delete(folder[$"model/{file}"]),
    };
}
