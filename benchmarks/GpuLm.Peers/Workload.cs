using GpuLm.Models;

namespace GpuLm.Peers;

/// <summary>A model, its batch and the seeded weights and tokens that every side of a comparison starts from.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Config">The model.</param>
/// <param name="Batch">Sequences.</param>
/// <param name="Length">Tokens in a sequence.</param>
/// <param name="Deviation">Standard deviation of the weights; GPT-2's own is 0.02, small models need more for all layers to matter.</param>
sealed record Workload(string Name, GptConfig Config, int Batch, int Length, double Deviation = 0.02)
{
    public static Workload Gpt2 { get; } = new("124M", new GptConfig(12, 12, 768, 1024, 50_257), 4, 64);
    public static Workload Small { get; } = new("10.8M", new GptConfig(6, 6, 384, 256, 65), 8, 256);
    public static Workload Tiny { get; } = new("0.9M", new GptConfig(4, 4, 128, 128, 512), 16, 128);

    /// <summary>The three sizes that are timed.</summary>
    public static IReadOnlyList<Workload> Timed { get; } = [Gpt2, Small, Tiny];

    /// <summary>The two sizes whose results are kept as golden files: round and odd.</summary>
    public static IReadOnlyList<Workload> Golden { get; } =
    [
        new("round", new GptConfig(2, 2, 32, 16, 61), 2, 16, 0.15),
        new("odd", new GptConfig(3, 3, 21, 19, 47), 3, 13, 0.15),
    ];

    public static Workload Named(string name) =>
        Timed.Concat(Golden).FirstOrDefault(workload => workload.Name == name)
        ?? throw new GpuLmException(
            $"There is no workload '{name}'. Workloads: {string.Join(", ", Timed.Concat(Golden).Select(w => w.Name))}.");

    public int Tokens => Batch * Length;

    /// <summary>Nothing is left at 0 or 1, so that no gradient can hide behind a neutral element.</summary>
    public float[] Weights(ParameterSlot slot)
    {
        var numbers = new SeededNumbers((ulong)slot.Offset * 2 + 1);
        bool normWeight = slot.Name.Contains("ln_", StringComparison.Ordinal) && slot.Name.EndsWith("weight", StringComparison.Ordinal);
        return numbers.Normals(slot.Length, Deviation, normWeight ? 1 : 0);
    }

    /// <summary>Inputs and targets of one step: random text, each target the token that follows.</summary>
    public (int[] Inputs, int[] Targets) BatchOf(int step)
    {
        var text = TextOf(step);
        return (text[..Tokens], text[1..]);
    }

    /// <summary>The text of one step; its sequences follow one another.</summary>
    public int[] TextOf(int step) => new SeededNumbers(1_000_003UL * (ulong)(step + 1)).Tokens(Tokens + 1, Config.VocabularySize);
}
