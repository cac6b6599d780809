namespace GpuLm.Models;

/// <summary>One parameter's place in an arena.</summary>
/// <param name="Name">GPT-2's own name, as in a published <c>model.safetensors</c>: <c>h.0.attn.c_attn.weight</c>.</param>
/// <param name="Shape">Sizes, outermost first. Linear weights are [in, out], as GPT-2's Conv1D stores them.</param>
/// <param name="Offset">First element in the arena.</param>
/// <param name="Decays">Whether weight decay applies: to matrices, not to biases and layer norms.</param>
public sealed record ParameterSlot(string Name, IReadOnlyList<int> Shape, long Offset, bool Decays)
{
    /// <summary>Elements.</summary>
    public long Length => Shape.Aggregate(1L, (product, size) => product * size);
}

/// <summary>
/// Where each of a model's parameters lies in its arena. Parameters, gradients and both AdamW moments share this one layout. Parameters
/// that decay come first, so that the optimizer needs two ranges only.
/// </summary>
public sealed class GptLayout
{
    readonly Dictionary<string, ParameterSlot> byName;

    /// <summary>Lays out the parameters of a model.</summary>
    public GptLayout(GptConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config.Validate();
        int c = config.Channels;
        var shapes =
            new List<(string Name, int[] Shape)> { ("wte.weight", [config.VocabularySize, c]), ("wpe.weight", [config.ContextLength, c]) };
        for (int layer = 0; layer < config.Layers; layer++)
        {
            string h = $"h.{layer}.";
            shapes.AddRange([
                (h + "ln_1.weight", [c]), (h + "ln_1.bias", [c]),
                (h + "attn.c_attn.weight", [c, 3 * c]), (h + "attn.c_attn.bias", [3 * c]),
                (h + "attn.c_proj.weight", [c, c]), (h + "attn.c_proj.bias", [c]),
                (h + "ln_2.weight", [c]), (h + "ln_2.bias", [c]),
                (h + "mlp.c_fc.weight", [c, 4 * c]), (h + "mlp.c_fc.bias", [4 * c]),
                (h + "mlp.c_proj.weight", [4 * c, c]), (h + "mlp.c_proj.bias", [c])]);
        }
        shapes.AddRange([("ln_f.weight", [c]), ("ln_f.bias", [c])]);

        var slots = new Dictionary<string, ParameterSlot>();
        long offset = 0;
        foreach (bool decays in (bool[])[true, false])
        {
            foreach (var (name, shape) in shapes.Where(s => s.Shape.Length > 1 == decays))
            {
                var slot = new ParameterSlot(name, shape, offset, decays);
                slots.Add(name, slot);
                offset += (slot.Length + Alignment - 1) / Alignment * Alignment;
            }
            if (decays) DecayLength = offset;
        }
        Length = offset;
        byName = slots;
        Slots = [.. shapes.Select(s => slots[s.Name])];
    }

    /// <summary>Every parameter starts at a multiple of this many elements (64 bytes).</summary>
    public const int Alignment = 16;

    /// <summary>The model's shape.</summary>
    public GptConfig Config { get; }

    /// <summary>All parameters, in the order of the model.</summary>
    public IReadOnlyList<ParameterSlot> Slots { get; }

    /// <summary>Elements of an arena, gaps for alignment included.</summary>
    public long Length { get; }

    /// <summary>The arena's first elements, up to here, decay; the rest do not.</summary>
    public long DecayLength { get; }

    /// <summary>Number of parameters, without gaps; the tied output embedding counts once.</summary>
    public long ParameterCount => Slots.Sum(slot => slot.Length);

    /// <summary>The parameter of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public ParameterSlot this[string name] => byName[name];
}
