using GpuLm.Checkpoints;
using GpuLm.Models;
using GpuLm.Tokenization;
using Xunit;

namespace GpuLm.Tests.Checkpoints;

public sealed class ModelDirectoryTests
{
    static readonly ITokenizer Tokenizer = CharTokenizer.FromText("hello wörld"u8);
    static readonly GptLayout Layout = new(new GptConfig(1, 2, 4, 8, Tokenizer.VocabularySize));

    static float[] Values(ParameterSlot slot) => [.. Enumerable.Range(0, (int)slot.Length).Select(i => slot.Offset + i)];

    [Fact]
    public void A_saved_model_is_read_back_and_saving_again_replaces_it()
    {
        using var folder = new TemporaryFolder();
        string run = folder["run"];
        ModelDirectory.Save(run, Layout, slot => new float[slot.Length], Tokenizer);
        ModelDirectory.Save(run, Layout, Values, Tokenizer);
        var (config, tokenizer) = ModelDirectory.Open(run);
        Assert.Equal(Layout.Config, config);
        Assert.Equal(Tokenizer.Encode("low"), tokenizer.Encode("low"));
        ModelDirectory.ReadParameters(run, new GptLayout(config), (slot, values) => Assert.Equal(Values(slot), values));
        Assert.Equal(["config.json", "model.safetensors", "tokenizer.json"], Directory.GetFiles(run).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("model.safetensors")]
    public void A_missing_or_truncated_file_is_an_error_that_names_it(string name)
    {
        using var folder = new TemporaryFolder();
        ModelDirectory.Save(folder.Path, Layout, Values, Tokenizer);
        byte[] whole = File.ReadAllBytes(folder[name]);
        File.WriteAllBytes(folder[name], whole[..(whole.Length / 2)]);
        Assert.Contains(name, Error(folder.Path), StringComparison.Ordinal);
        File.WriteAllBytes(folder[name], []);
        Assert.Contains(name, Error(folder.Path), StringComparison.Ordinal);
        File.Delete(folder[name]);
        Assert.Contains($"has no {name}", Error(folder.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_tokenizer_is_noticed()
    {
        using var folder = new TemporaryFolder();
        ModelDirectory.Save(folder.Path, Layout, Values, Tokenizer);
        TokenizerFile.Save(folder["tokenizer.json"], new ByteTokenizer());
        Assert.Contains("has 256 tokens", Error(folder.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_is_an_error_with_a_remedy() => Assert.Contains("gpulm train", Error("/nowhere"), StringComparison.Ordinal);

    static string Error(string folder) => Assert.Throws<GpuLmException>(() =>
    {
        var (config, _) = ModelDirectory.Open(folder);
        ModelDirectory.ReadParameters(folder, new GptLayout(config), (_, _) => { });
    }).Message;
}
