using System.Runtime.InteropServices;
using GpuLm.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace GpuLm.Peers.Torch;

/// <summary>
/// GPT-2 as published, out of PyTorch's own operators: pre-norm, learned positions, fused causal attention, tanh GELU, tied embedding.
/// Its parameters carry GPT-2's names and shapes, linear weights [in, out].
/// </summary>
sealed class TorchGpt : IDisposable
{
    readonly GptConfig config;
    readonly Dictionary<string, Parameter> parameters = [];
    readonly Embedding tokenTable, positionTable;

    /// <param name="type">float32 is what is compared; float64 is the truth that both are measured against.</param>
    public TorchGpt(GptConfig config, Func<ParameterSlot, float[]> weights, ScalarType type = ScalarType.Float32)
    {
        this.config = config;
        Layout = new GptLayout(config);
        foreach (var slot in Layout.Slots)
        {
            using var scope = NewDisposeScope();
            var values = empty([.. slot.Shape.Select(size => (long)size)], ScalarType.Float32);
            values.bytes = MemoryMarshal.AsBytes(weights(slot).AsSpan());
            parameters[slot.Name] = new Parameter(values.to(type).DetachFromDisposeScope());
        }
        // TorchSharp has no functional embedding: modules of one row, whose table is then ours, and tied to the output's.
        tokenTable = nn.Embedding(1, config.Channels);
        tokenTable.weight = P("wte.weight");
        positionTable = nn.Embedding(1, config.Channels);
        positionTable.weight = P("wpe.weight");
    }

    public GptLayout Layout { get; }

    public IEnumerable<Parameter> Parameters(bool decaying) =>
        Layout.Slots.Where(s => s.Decays == decaying).Select(s => parameters[s.Name]);

    /// <summary>The gradient that the last backward pass left.</summary>
    public float[] Gradient(ParameterSlot slot)
    {
        using var gradient = P(slot.Name).grad!;
        return Floats(gradient);
    }

    public static float[] Floats(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float32).contiguous().data<float>().ToArray();
    }

    /// <summary>Logits [B, T, V] of tokens [B, T].</summary>
    public Tensor Logits(Tensor tokens)
    {
        var positions = arange(tokens.shape[1], ScalarType.Int64);
        var x = tokenTable.call(tokens) + positionTable.call(positions);
        for (int layer = 0; layer < config.Layers; layer++)
        {
            string h = $"h.{layer}.";
            x = x + Attention(h + "attn.", Norm(h + "ln_1", x));
            x = x + Linear(h + "mlp.c_proj", gelu(Linear(h + "mlp.c_fc", Norm(h + "ln_2", x)), GELU.Approximate.tanh));
        }
        return linear(Norm("ln_f", x), P("wte.weight"));
    }

    /// <summary>Mean cross-entropy, in nats, of logits against targets [B, T].</summary>
    public static Tensor Loss(Tensor logits, Tensor targets) => cross_entropy(logits.view(-1, logits.shape[^1]), targets.view(-1));

    public void Dispose()
    {
        // The modules take their tables with them.
        tokenTable.Dispose();
        positionTable.Dispose();
        foreach (var parameter in parameters.Values.Where(p => !p.IsInvalid)) parameter.Dispose();
    }

    Tensor Attention(string name, Tensor x)
    {
        long b = x.shape[0], t = x.shape[1], c = x.shape[2];
        var qkv = Linear(name + "c_attn", x).chunk(3, -1);
        Tensor Heads(Tensor part) => part.view(b, t, config.Heads, config.HeadSize).transpose(1, 2);
        var y = scaled_dot_product_attention(Heads(qkv[0]), Heads(qkv[1]), Heads(qkv[2]), is_casual: true);
        return Linear(name + "c_proj", y.transpose(1, 2).reshape(b, t, c));
    }

    Tensor Norm(string name, Tensor x) =>
        layer_norm(x, [config.Channels], P(name + ".weight"), P(name + ".bias"), config.LayerNormEpsilon);

    Tensor Linear(string name, Tensor x) => linear(x, P(name + ".weight").transpose(0, 1), P(name + ".bias"));

    Parameter P(string name) => parameters[name];
}
