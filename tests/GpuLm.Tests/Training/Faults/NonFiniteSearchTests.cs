using GpuLm.Models;
using GpuLm.TestKit;
using GpuLm.Training;
using Xunit;

namespace GpuLm.Tests.Training.Faults;

/// <summary>Faults that were planted in a model are found where they were planted.</summary>
public sealed class NonFiniteSearchTests
{
    static readonly GptConfig Config = new(Layers: 3, Heads: 2, Channels: 32, ContextLength: 16, VocabularySize: 64);

    static void Set(Gpt model, string parameter, Func<int, float, float> value)
    {
        var slot = model.Layout[parameter];
        model.WriteParameters(slot, [.. model.ReadParameters(slot).Select((old, i) => value(i, old))]);
    }

    static string? Find(Action<Gpt> plant, Recompute recompute = Recompute.None)
    {
        using var model = new Gpt(TestDevices.Get("cpu"), Config, seed: 3);
        plant(model);
        using var step = new TrainingStep(model, new TrainingOptions { Batch = 2, Recompute = recompute });
        var random = new Random(4);
        for (int i = 0; i < step.Tokens.HostInputs.Length; i++)
        {
            (step.Tokens.HostInputs[i], step.Tokens.HostTargets[i]) = (random.Next(64), random.Next(64));
        }
        step.Tokens.Upload(step.Tokens.HostInputs.Length);
        return new NonFiniteSearch(model, step).Find();
    }

    [Fact]
    public void A_healthy_model_has_no_fault() => Assert.Null(Find(_ => { }));

    [Theory]
    [InlineData("wpe.weight", float.NaN, "")]
    [InlineData("h.0.ln_1.weight", float.PositiveInfinity, " (layer 0, counted from 0)")]
    [InlineData("h.1.attn.c_attn.weight", float.NaN, " (layer 1, counted from 0)")]
    [InlineData("h.2.mlp.c_proj.bias", float.NegativeInfinity, " (layer 2, counted from 0)")]
    [InlineData("ln_f.bias", float.NaN, "")]
    public void A_parameter_is_named(string parameter, float value, string layer)
    {
        string? found = Find(model => Set(model, parameter, (i, old) => i == 7 ? value : old));
        Assert.Equal(
            FormattableString.Invariant($"The first such value is {value} at element 7 of the parameter {parameter}{layer}."), found);
    }

    [Theory]
    [InlineData("h.1.attn.c_attn", Recompute.None)]
    [InlineData("h.1.attn.c_attn", Recompute.Norms)]
    [InlineData("h.0.mlp.c_fc", Recompute.Block)]
    [InlineData("h.2.mlp.c_fc", Recompute.None)]
    public void A_product_that_overflows_is_named(string layer, Recompute recompute)
    {
        int columns = layer.EndsWith("c_attn", StringComparison.Ordinal) ? 3 * 32 : 4 * 32;
        string? found = Find(model => Set(model, $"{layer}.weight", (i, old) => i / columns == 3 ? 3e38f : old), recompute);
        Assert.Contains(
            $" of the output of {layer}, in the forward pass (layer {layer[2]}, counted from 0).", found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_overflows_is_named()
    {
        string? found = Find(model =>
        {
            Set(model, "ln_f.weight", (_, _) => 0);
            Set(model, "ln_f.bias", (_, _) => 1e19f);
            Set(model, "wte.weight", (i, _) => i / 32 < 32 ? -1e19f : 0);
        });
        Assert.Contains("of the output of the output layer", found, StringComparison.Ordinal);
    }

    /// <summary>A norm that shrinks what its product swells: the forward pass is moderate, the gradient overflows in between.</summary>
    [Fact]
    public void A_gradient_that_overflows_is_named()
    {
        string? found = Find(model =>
        {
            Set(model, "ln_f.weight", (_, _) => 1e7f);
            Set(model, "h.1.ln_2.weight", (_, _) => 1e-37f);
            Set(model, "h.1.mlp.c_fc.weight", (_, old) => 1e38f * old);
        });
        Assert.Contains(
            " of the gradient of h.1.ln_2.weight, in the backward pass (layer 1, counted from 0).", found, StringComparison.Ordinal);
    }

    [Fact]
    public void Squares_that_overflow_are_told_from_values_that_do()
    {
        string? found = Find(model => Set(model, "ln_f.weight", (_, _) => 1e25f));
        Assert.StartsWith("Every value is finite but the sum of their squares; the largest gradient", found, StringComparison.Ordinal);
    }
}
