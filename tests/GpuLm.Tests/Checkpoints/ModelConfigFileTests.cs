using System.Text.Json;
using GpuLm.Checkpoints;
using GpuLm.Models;
using Xunit;

namespace GpuLm.Tests.Checkpoints;

public sealed class ModelConfigFileTests
{
    const string Published =
        """
        {"activation_function":"gelu_new","architectures":["GPT2LMHeadModel"],"attn_pdrop":0.1,"bos_token_id":50256,"embd_pdrop":0.1,
         "eos_token_id":50256,"initializer_range":0.02,"layer_norm_epsilon":1e-05,"model_type":"gpt2","n_ctx":1024,"n_embd":768,"n_head":12,
         "n_layer":12,"n_positions":1024,"resid_pdrop":0.1,"summary_activation":null,"summary_use_proj":true,"vocab_size":50257}
        """;

    [Fact]
    public void The_published_configuration_is_the_preset()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["config.json"], Published);
        Assert.Equal(GptConfig.FromPreset("gpt2", 50257), ModelConfigFile.Read(folder["config.json"]));
    }

    [Fact]
    public void What_was_written_is_read_back()
    {
        using var folder = new TemporaryFolder();
        var config = new GptConfig(3, 5, 20, 64, 99) { LayerNormEpsilon = 3e-6f };
        ModelConfigFile.Write(folder["config.json"], config, endOfText: 98);
        Assert.Equal(config, ModelConfigFile.Read(folder["config.json"]));
        using var json = JsonDocument.Parse(File.ReadAllText(folder["config.json"]));
        Assert.Equal("GPT2LMHeadModel", json.RootElement.GetProperty("architectures")[0].GetString());
        Assert.Equal("gelu_new", json.RootElement.GetProperty("activation_function").GetString());
        Assert.Equal(64, json.RootElement.GetProperty("n_ctx").GetInt32());
        Assert.Equal(98, json.RootElement.GetProperty("eos_token_id").GetInt32());
    }

    [Theory]
    [InlineData("\"model_type\":\"gpt2\"", "\"model_type\":\"llama\"", "model_type is llama; it must be gpt2")]
    [InlineData("\"gelu_new\"", "\"relu\"", "activation_function is relu")]
    [InlineData("\"n_layer\":12", "\"n_layer\":\"12\"", "n_layer is 12; it must be a whole number")]
    [InlineData("\"n_embd\":768,", "", "n_embd is missing")]
    [InlineData("\"n_head\":12", "\"n_head\":7", "7 heads do not divide 768 channels")]
    [InlineData("\"n_ctx\"", "\"n_inner\":100,\"n_ctx\"", "n_inner is 100")]
    [InlineData("\"n_ctx\"", "\"n_inner\":\"wide\",\"n_ctx\"", "n_inner is wide; it must be a whole number")]
    [InlineData("\"n_ctx\"", "\"scale_attn_by_inverse_layer_idx\":true,\"n_ctx\"", "scale_attn_by_inverse_layer_idx is True")]
    [InlineData("\"n_ctx\"", "\"tie_word_embeddings\":false,\"n_ctx\"", "tie_word_embeddings is False")]
    [InlineData("}", "", "does not describe a model")]
    public void Another_model_is_refused_with_its_reason(string old, string replacement, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["config.json"], Published.Replace(old, replacement, StringComparison.Ordinal));
        string message = Assert.Throws<GpuLmException>(() => ModelConfigFile.Read(folder["config.json"])).Message;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Contains("config.json", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains(
            "no file", Assert.Throws<GpuLmException>(() => ModelConfigFile.Read("/nowhere/config.json")).Message, StringComparison.Ordinal);
}
