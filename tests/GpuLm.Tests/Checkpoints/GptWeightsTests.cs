using GpuLm.Checkpoints;
using GpuLm.Models;
using Xunit;

namespace GpuLm.Tests.Checkpoints;

public sealed class GptWeightsTests
{
    static readonly GptLayout Layout = new(new GptConfig(2, 2, 4, 8, 10));

    static float[] Values(ParameterSlot slot) => [.. Enumerable.Range(0, (int)slot.Length).Select(i => slot.Offset + i)];

    static List<(string Name, IReadOnlyList<int> Shape)> Tensors() => [.. Layout.Slots.Select(slot => (slot.Name, slot.Shape))];

    static string Bare(string name) => name.Replace("transformer.", "", StringComparison.Ordinal);

    [Fact]
    public void Parameters_come_back_under_the_published_names()
    {
        using var folder = new TemporaryFolder();
        GptWeights.Save(folder["m"], Layout, Values);
        var read = new Dictionary<string, float[]>();
        GptWeights.Load(folder["m"], Layout, (slot, values) => read.Add(slot.Name, values));
        Assert.Equal(Layout.Slots.Count, read.Count);
        foreach (var slot in Layout.Slots) Assert.Equal(Values(slot), read[slot.Name]);

        using var file = new SafetensorsFile(folder["m"]);
        Assert.Equal([4L, 12L], file.Tensors["h.1.attn.c_attn.weight"].Shape);
    }

    [Fact]
    public void Prefix_mask_buffers_and_a_tied_head_are_accepted()
    {
        using var folder = new TemporaryFolder();
        var tensors = Tensors().Select(t => ("transformer." + t.Name, t.Shape)).ToList();
        tensors.AddRange(
            [("transformer.h.0.attn.bias", [1, 1, 8, 8]), ("transformer.h.0.attn.masked_bias", []), ("lm_head.weight", [10, 4])]);
        SafetensorsWriter.Write(folder["m"], tensors, name => Bare(name) switch
        {
            "lm_head.weight" => Values(Layout["wte.weight"]),
            "h.0.attn.bias" => new float[64],
            "h.0.attn.masked_bias" => [-1e4f],
            var parameter => Values(Layout[parameter]),
        });
        int count = 0;
        GptWeights.Load(folder["m"], Layout, (slot, values) =>
        {
            count++;
            Assert.Equal(Values(slot), values);
        });
        Assert.Equal(Layout.Slots.Count, count);
    }

    [Fact]
    public void A_head_that_is_not_tied_is_refused()
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(
            folder["m"], [.. Tensors(), ("lm_head.weight", [10, 4])],
            name => name == "lm_head.weight" ? new float[40] : Values(Layout[name]));
        Assert.Contains("lm_head.weight differs", Error(folder["m"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_unknown_and_misshapen_parameters_are_refused_before_any_is_taken()
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(folder["missing"], Tensors()[1..], name => Values(Layout[name]));
        Assert.Contains("lacks wte.weight", Error(folder["missing"]), StringComparison.Ordinal);
        SafetensorsWriter.Write(
            folder["unknown"], [.. Tensors(), ("h.2.ln_1.bias", [1])], name => name == "h.2.ln_1.bias" ? [0] : Values(Layout[name]));
        Assert.Contains("holds h.2.ln_1.bias", Error(folder["unknown"]), StringComparison.Ordinal);
        var misshapen = Tensors();
        misshapen[0] = ("wte.weight", [4, 10]);
        SafetensorsWriter.Write(folder["misshapen"], misshapen, name => Values(Layout[name]));
        Assert.Contains("[4, 10]; the model needs [10, 4]", Error(folder["misshapen"]), StringComparison.Ordinal);
    }

    static string Error(string path) =>
        Assert.Throws<GpuLmException>(() => GptWeights.Load(path, Layout, (_, _) => Assert.Fail("A parameter was taken."))).Message;
}
