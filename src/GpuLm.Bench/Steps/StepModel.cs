using GpuLm.Models;

namespace GpuLm.Bench.Steps;

/// <summary>A model that can be timed by name, with the batch that it is timed at.</summary>
/// <param name="Name">What the tables and the command line call it.</param>
/// <param name="Config">The model.</param>
/// <param name="Batch">Sequences, where nothing else is asked for.</param>
/// <param name="Length">Tokens in a sequence, where nothing else is asked for.</param>
public sealed record StepModel(string Name, GptConfig Config, int Batch, int Length)
{
    const int Gpt2Vocabulary = 50_257, PresetBatch = 4;

    /// <summary>Four layers of 128 channels on a vocabulary of 512.</summary>
    public static StepModel Tiny { get; } = new("0.9M", new GptConfig(4, 4, 128, 128, 512), 16, 128);

    /// <summary>Six layers of 384 channels on characters.</summary>
    public static StepModel Small { get; } = new("10.8M", new GptConfig(6, 6, 384, 256, 65), 8, 256);

    /// <summary>GPT-2's smallest, at a batch for a CPU.</summary>
    public static StepModel Gpt2 { get; } = new("124M", GptConfig.FromPreset("gpt2", Gpt2Vocabulary), 4, 64);

    /// <summary>The three sizes that are timed everywhere.</summary>
    public static IReadOnlyList<StepModel> Standard { get; } = [Tiny, Small, Gpt2];

    /// <summary>The three sizes, and the presets of <see cref="GptConfig"/> with GPT-2's vocabulary and a whole context.</summary>
    public static IReadOnlyList<StepModel> All { get; } =
    [
        .. Standard,
        .. GptConfig.Presets.Select(preset => new StepModel(
            preset.Key, GptConfig.FromPreset(preset.Key, Gpt2Vocabulary), PresetBatch, preset.Value.ContextLength)),
    ];

    /// <summary>The model of a name.</summary>
    /// <exception cref="GpuLmException">There is none.</exception>
    public static StepModel Named(string name) =>
        All.FirstOrDefault(model => model.Name == name)
        ?? throw new GpuLmException($"There is no model '{name}' to time. Models: {string.Join(", ", All.Select(model => model.Name))}.");
}
