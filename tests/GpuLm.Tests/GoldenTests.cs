using GpuLm.Models;
using GpuLm.TestKit;
using GpuLm.Tests.Golden;
using Xunit;

namespace GpuLm.Tests;

/// <summary>Holds GpuLm to what PyTorch computed; the files say with which versions.</summary>
public class GoldenTests
{
    public static TheoryData<string> Files => ["round", "odd"];

    public static TheoryData<string, string> FilesOnDevices =>
        [.. from file in (string[])["round", "odd"] from device in (string[])["cpu", "opencl", "cuda"] select (file, device)];

    [Theory, MemberData(nameof(FilesOnDevices))]
    public void Logits_gradients_and_ten_steps_are_as_right_as_PyTorchs(string name, string device)
    {
        var golden = Read(name);
        var deviations = GoldenComparison.Compare(golden, GoldenGpt.Run(TestDevices.Get(device), golden));
        Assert.All(deviations, deviation => Assert.True(deviation.Holds, deviation.ToString()));
    }

    [Theory, MemberData(nameof(Files))]
    public void A_golden_file_describes_a_whole_model(string name)
    {
        var golden = Read(name);
        var slots = new GptLayout(golden.Config).Slots;
        Assert.Equal(slots.Select(s => s.Name).Order(), golden.Weights.Keys.Order());
        Assert.Equal(slots.Select(s => GoldenResult.Gradient(s.Name)).Append("logits").Order(), golden.Expected.Tensors.Keys.Order());
        Assert.All(slots, slot => Assert.Equal(slot.Length, golden.Weights[slot.Name].Length));
        Assert.Equal(golden.Batch * golden.Length * golden.Config.VocabularySize, golden.Expected.Tensors["logits"].Length);
        Assert.All(golden.Inputs.Concat(golden.Targets), tokens => Assert.Equal(golden.Batch * golden.Length, tokens.Length));
        Assert.Equal((10, 10), (golden.Expected.Losses.Count, golden.Expected.Norms.Count));
        Assert.Contains("libtorch", golden.MadeBy, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Files))]
    public void The_comparison_accepts_the_file_itself_and_no_planted_fault(string name)
    {
        var golden = Read(name);
        Assert.All(GoldenComparison.Compare(golden, golden.Expected), deviation => Assert.True(deviation.Holds));

        foreach (var (tensor, values) in golden.Expected.Tensors)
        {
            // A dropped term, a sign, a missing value, a NaN: each turns this one tensor red.
            float largest = values.Max(Math.Abs);
            int at = Array.FindIndex(values, value => Math.Abs(value) == largest);
            float[][] faults = [With(values, at, 0), With(values, at, -values[at]), With(values, at, float.NaN), values[1..]];
            foreach (float[] faulty in faults)
            {
                var tensors = new Dictionary<string, float[]>(golden.Expected.Tensors) { [tensor] = faulty };
                var red = GoldenComparison.Compare(golden, golden.Expected with { Tensors = tensors }).Where(d => !d.Holds);
                Assert.Equal([tensor], red.Select(d => d.Name));
            }
        }
        var losses = golden.Expected.Losses.ToArray();
        losses[^1] *= 1.00001;
        Assert.Contains(GoldenComparison.Compare(golden, golden.Expected with { Losses = losses }), d => d.Name == "losses" && !d.Holds);
    }

    static GoldenFile Read(string name) => GoldenFile.Read(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".json"));

    static float[] With(float[] values, int index, float value)
    {
        var copy = (float[])values.Clone();
        copy[index] = value;
        return copy;
    }
}
