using GpuLm.Checkpoints;
using GpuLm.Models;
using GpuLm.Tokenization;
using Xunit;

namespace GpuLm.Tests.Checkpoints;

/// <summary>A model in several files, as Hugging Face's transformers saves one above a size.</summary>
public sealed class SafetensorsSetTests
{
    const string Index = "model.safetensors.index.json", First = "model-00001-of-00002.safetensors",
        Second = "model-00002-of-00002.safetensors";

    static readonly CharTokenizer Tokenizer = CharTokenizer.FromText("hello wörld"u8);
    static readonly GptLayout Layout = new(new GptConfig(1, 2, 4, 8, Tokenizer.VocabularySize));

    static float[] Values(ParameterSlot slot) => [.. Enumerable.Range(0, (int)slot.Length).Select(i => slot.Offset + i)];

    /// <summary>A model's folder whose weights lie in two files, under names with the prefix that some published models have.</summary>
    static TemporaryFolder Sharded(string prefix = "transformer.")
    {
        var folder = new TemporaryFolder();
        ModelConfigFile.Write(folder["config.json"], Layout.Config);
        TokenizerFile.Save(folder["tokenizer.json"], Tokenizer);
        var map = new List<string>();
        foreach (var (shard, slots) in new[] { (First, Layout.Slots.Take(5)), (Second, Layout.Slots.Skip(5)) })
        {
            SafetensorsWriter.Write(
                folder[shard], slots.Select(slot => (prefix + slot.Name, slot.Shape)), name => Values(Layout[name[prefix.Length..]]));
            map.AddRange(slots.Select(slot => $"\"{prefix}{slot.Name}\": \"{shard}\""));
        }
        File.WriteAllText(folder[Index], $"{{\"metadata\": {{\"total_size\": 1}}, \"weight_map\": {{{string.Join(", ", map)}}}}}");
        return folder;
    }

    static Dictionary<string, float[]> Load(TemporaryFolder folder)
    {
        var read = new Dictionary<string, float[]>();
        ModelDirectory.Open(folder.Path);
        ModelDirectory.ReadParameters(folder.Path, Layout, (slot, values) => read.Add(slot.Name, values));
        return read;
    }

    static string Error(TemporaryFolder folder) => Assert.Throws<GpuLmException>(() => Load(folder)).Message;

    static void Edit(TemporaryFolder folder, string old, string replacement)
    {
        string text = File.ReadAllText(folder[Index]);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(folder[Index], text.Replace(old, replacement, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("transformer.")]
    [InlineData("")]
    public void All_files_together_are_the_model(string prefix)
    {
        using var folder = Sharded(prefix);
        var read = Load(folder);
        foreach (var slot in Layout.Slots) Assert.Equal(Values(slot), read[slot.Name]);
    }

    [Fact]
    public void A_file_that_is_missing_is_named()
    {
        using var folder = Sharded();
        File.Delete(folder[Second]);
        Assert.Contains($"names the file {Second}, which is not beside it", Error(folder), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_truncated_is_named()
    {
        using var folder = Sharded();
        File.WriteAllBytes(folder[First], File.ReadAllBytes(folder[First])[..^1]);
        Assert.Contains(First, Error(folder), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"\"transformer.wte.weight\": \"{First}\"", $"\"transformer.wte.weight\": \"{Second}\"", "it says that " + Second)]
    [InlineData($"\"transformer.wte.weight\": \"{First}\", ", "", "does not mention transformer.wte.weight")]
    [InlineData("\"weight_map\": {", $"\"weight_map\": {{\"more\": \"{First}\", ", $"it says that {First} holds more, which it does not")]
    [InlineData("weight_map", "weights", "has no weight_map")]
    [InlineData($"\"transformer.wte.weight\": \"{First}\"", "\"transformer.wte.weight\": \"../x.safetensors\"", "must be a name beside")]
    [InlineData($"\"transformer.wte.weight\": \"{First}\"", "\"transformer.wte.weight\": 1", "must be a name beside")]
    [InlineData("}}", "}", "not a valid index")]
    [InlineData("\"weight_map\": {", $"\"weight_map\": {{\"transformer.wte.weight\": \"{First}\", ", "not a valid index")]
    public void An_index_that_does_not_fit_its_files_is_refused(string old, string replacement, string reason)
    {
        using var folder = Sharded();
        Edit(folder, old, replacement);
        Assert.Contains(reason, Error(folder), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_in_two_files_is_refused()
    {
        using var folder = Sharded();
        File.Copy(folder[First], folder["z.safetensors"]);
        Edit(folder, "\"weight_map\": {", "\"weight_map\": {\"more\": \"z.safetensors\", ");
        Assert.Contains("two of its files hold transformer.", Error(folder), StringComparison.Ordinal);
    }
}
