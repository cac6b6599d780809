using GpuLm.Models;
using Xunit;

namespace GpuLm.Tests.Models;

public class GptInitializationTests
{
    static readonly GptConfig Config = new(Layers: 3, Heads: 4, Channels: 128, ContextLength: 64, VocabularySize: 500);

    static float[] Fill(string name, ulong seed = 7, GptConfig? config = null)
    {
        var slot = new GptLayout(config ?? Config)[name];
        var values = new float[slot.Length];
        Array.Fill(values, float.NaN);
        GptInitialization.Fill(config ?? Config, slot, seed, values);
        return values;
    }

    /// <summary>Mean, variance, skewness, kurtosis and the correlation of neighbours: within 4 standard errors.</summary>
    static void CheckNormal(float[] values, double deviation)
    {
        double n = values.Length;
        double[] z = Array.ConvertAll(values, value => value / deviation);
        Assert.InRange(z.Sum() / n, -4 / Math.Sqrt(n), 4 / Math.Sqrt(n));
        Assert.InRange(z.Sum(x => x * x) / n - 1, -4 * Math.Sqrt(2 / n), 4 * Math.Sqrt(2 / n));
        Assert.InRange(z.Sum(x => x * x * x) / n, -4 * Math.Sqrt(15 / n), 4 * Math.Sqrt(15 / n));
        Assert.InRange(z.Sum(x => x * x * x * x) / n - 3, -4 * Math.Sqrt(96 / n), 4 * Math.Sqrt(96 / n));
        double neighbours = 0;
        for (int i = 1; i < z.Length; i++) neighbours += z[i] * z[i - 1];
        Assert.InRange(neighbours / n, -4 / Math.Sqrt(n), 4 / Math.Sqrt(n));
        Assert.All(values, value => Assert.True(Math.Abs(value) <= 6.7 * deviation));
    }

    [Theory, InlineData("wte.weight"), InlineData("wpe.weight"), InlineData("h.0.attn.c_attn.weight"), InlineData("h.2.mlp.c_fc.weight")]
    public void Weights_and_embeddings_are_normal(string name) => CheckNormal(Fill(name), 0.02);

    [Theory, InlineData("h.0.attn.c_proj.weight"), InlineData("h.2.mlp.c_proj.weight")]
    public void Projections_into_the_residual_stream_are_smaller(string name) => CheckNormal(Fill(name), 0.02 / Math.Sqrt(6));

    [Fact]
    public void The_scale_of_a_projection_is_exactly_that_of_its_depth()
    {
        float[] shallow = Fill("h.0.attn.c_proj.weight", config: Config with { Layers = 1 });
        float[] deep = Fill("h.0.attn.c_proj.weight", config: Config with { Layers = 4 });
        Assert.Equal(shallow.Select(value => value / 2), deep);
    }

    [Fact]
    public void Biases_are_zero_and_layer_norms_one()
    {
        foreach (var slot in new GptLayout(Config).Slots.Where(slot => slot.Shape.Count == 1))
        {
            float expected = slot.Name.EndsWith(".bias", StringComparison.Ordinal) ? 0 : 1;
            Assert.All(Fill(slot.Name), value => Assert.Equal(expected, value));
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_seed_or_name_does_not()
    {
        float[] values = Fill("h.1.mlp.c_fc.weight");
        Assert.Equal(values, Fill("h.1.mlp.c_fc.weight"));
        Assert.NotEqual(values, Fill("h.1.mlp.c_fc.weight", seed: 8));
        Assert.NotEqual(values, Fill("h.2.mlp.c_fc.weight"));
    }

    [Fact]
    public void More_layers_leave_a_parameter_as_it_is() =>
        Assert.Equal(Fill("h.1.mlp.c_fc.weight"), Fill("h.1.mlp.c_fc.weight", config: Config with { Layers = 9 }));

    /// <summary>The first values of a seed, from another program: a seed means the same model in every version.</summary>
    [Fact]
    public void The_generator_is_the_one_it_was()
    {
        float[] values = Fill("wte.weight", seed: 1);
        Assert.Equal([-0.00800871756f, 0.0248721447f, 0.0138177928f], values[..3], (a, b) => Math.Abs(a - b) <= 1e-8);
    }

    [Fact]
    public void An_odd_number_of_values_is_filled_to_the_end()
    {
        float[] values = Fill("wpe.weight", config: new GptConfig(1, 1, 3, 5, 2));
        Assert.Equal(15, values.Length);
        Assert.All(values, value => Assert.True(float.IsFinite(value) && value != 0));
    }

    [Fact]
    public void A_span_of_another_length_is_refused() =>
        Assert.Throws<ArgumentException>(() => GptInitialization.Fill(Config, new GptLayout(Config)["wpe.weight"], 1, new float[5]));

    /// <summary>Sabotage: a deviation off by one percent and a sample that repeats itself must turn the check red.</summary>
    [Fact]
    public void A_wrong_deviation_and_a_repeated_sample_are_seen()
    {
        float[] values = Fill("wte.weight");
        CheckNormal(values, 0.02);
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => CheckNormal(values, 0.0202));
        for (int i = 1; i < values.Length; i += 2) values[i] = values[i - 1];
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => CheckNormal(values, 0.02));
    }
}
