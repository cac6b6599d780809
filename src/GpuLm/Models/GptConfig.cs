namespace GpuLm.Models;

/// <summary>The shape of a GPT-2 model (Radford et al., "Language Models are Unsupervised Multitask Learners", 2019).</summary>
/// <param name="Layers">Transformer blocks, <c>n_layer</c>.</param>
/// <param name="Heads">Attention heads in each block, <c>n_head</c>; divides <paramref name="Channels"/>.</param>
/// <param name="Channels">Width of the residual stream, <c>n_embd</c>.</param>
/// <param name="ContextLength">Longest sequence, in tokens, <c>n_positions</c>.</param>
/// <param name="VocabularySize">Tokens, <c>vocab_size</c>.</param>
public sealed record GptConfig(int Layers, int Heads, int Channels, int ContextLength, int VocabularySize)
{
    /// <summary>Added to the variance in every layer norm, <c>layer_norm_epsilon</c>.</summary>
    public float LayerNormEpsilon { get; init; } = 1e-5f;

    /// <summary>Channels of one head.</summary>
    public int HeadSize => Channels / Heads;

    /// <summary>
    /// FLOPs of forward and backward for one token of a sequence of T: 6 (parameters of matrices) + 12 L C T, counting the output layer
    /// and, as PaLM's model FLOPs utilization does, attention without the causal half (Chowdhery et al. 2022, appendix B).
    /// </summary>
    public double FlopsPerToken(int length) =>
        6.0 * (12.0 * Layers * Channels * Channels + (double)VocabularySize * Channels) + 12.0 * Layers * Channels * length;

    /// <summary>
    /// The published sizes and some small ones, by name, each with GPT-2's vocabulary of 50,257 replaced by the caller's.
    /// </summary>
    public static IReadOnlyDictionary<string, (int Layers, int Heads, int Channels, int ContextLength)> Presets { get; } =
        new Dictionary<string, (int, int, int, int)>
        {
            ["nano"] = (2, 4, 128, 128),
            ["micro"] = (4, 4, 128, 128),
            ["mini"] = (6, 6, 192, 256),
            ["small"] = (6, 6, 384, 256),
            ["gpt2"] = (12, 12, 768, 1024),
            ["gpt2-medium"] = (24, 16, 1024, 1024),
            ["gpt2-large"] = (36, 20, 1280, 1024),
            ["gpt2-xl"] = (48, 25, 1600, 1024),
        };

    /// <summary>The configuration of a preset with a vocabulary of the given size (GPT-2's own is 50,257).</summary>
    /// <exception cref="ArgumentException">There is no preset of that name.</exception>
    public static GptConfig FromPreset(string preset, int vocabularySize) =>
        Presets.TryGetValue(preset, out var p)
            ? new GptConfig(p.Layers, p.Heads, p.Channels, p.ContextLength, vocabularySize)
            : throw new ArgumentException(
                $"There is no model preset '{preset}'. Presets: {string.Join(", ", Presets.Keys)}.", nameof(preset));

    /// <summary>The most layers, heads, channels, positions and tokens that a model may have: what is larger is a damaged file.</summary>
    public const int MostLayers = 1000, MostHeads = 1 << 16, MostChannels = 1 << 16, MostContext = 1 << 16, MostVocabulary = 1 << 24;

    /// <summary>Throws where a size is out of range or the heads do not divide the channels.</summary>
    /// <exception cref="ArgumentException">The configuration describes no model.</exception>
    public GptConfig Validate()
    {
        (string Name, int Size, int Most)[] sizes =
        [
            ("layers", Layers, MostLayers), ("heads", Heads, MostHeads), ("channels", Channels, MostChannels),
            ("context", ContextLength, MostContext), ("vocabulary", VocabularySize, MostVocabulary),
        ];
        foreach (var (name, size, most) in sizes)
        {
            if (size <= 0) throw new ArgumentException($"The model's {name} must be 1 or more; it is {size}.");
            if (size > most) throw new ArgumentException($"The model's {name} must be at most {most}; it is {size}.");
        }
        if (LayerNormEpsilon is not (> 0 and < 1))
        {
            throw new ArgumentException($"The model's layer_norm_epsilon must be above 0 and below 1; it is {LayerNormEpsilon}.");
        }
        if (Channels % Heads != 0)
        {
            throw new ArgumentException(
                $"{Heads} heads do not divide {Channels} channels; choose channels that are a multiple of the heads, "
                + $"for instance {(Channels / Heads + 1) * Heads}.");
        }
        return this;
    }
}
