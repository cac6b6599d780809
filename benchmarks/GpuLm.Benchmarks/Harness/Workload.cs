using GpuLm.Bench;

namespace GpuLm.Benchmarks.Harness;

/// <summary>The sizes of a model.</summary>
/// <param name="Name">As the report calls it.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Heads of keys and values; fewer than query heads where these share them.</param>
/// <param name="HeadSize">Channels of a head.</param>
/// <param name="Channels">C, the residual stream.</param>
/// <param name="Hidden">Channels between both layers of the MLP.</param>
/// <param name="Vocabulary">V.</param>
/// <param name="Layers">Blocks.</param>
public sealed record ModelShape(
    string Name, int Heads, int KeyValueHeads, int HeadSize, int Channels, int Hidden, int Vocabulary, int Layers)
{
    /// <summary>Whether it has RMS norm, rotary embedding and SwiGLU in place of layer norm, positions and GELU.</summary>
    public bool IsLlama { get; init; }

    /// <summary>Whether variants that differ little are measured at this model's shapes alone.</summary>
    public bool IsRepresentative { get; init; }

    /// <summary>Channels of a token's queries, keys and values.</summary>
    public int Qkv => (Heads + 2 * KeyValueHeads) * HeadSize;

    /// <summary>Parameters of one block's matrices and vectors, in a GPT.</summary>
    public int BlockParameters => Channels * (Qkv + Channels + 2 * Hidden) + Qkv + 6 * Channels + Hidden;

    /// <summary>Parameters of the whole model.</summary>
    public long Parameters => (long)Layers * BlockParameters + (long)Vocabulary * Channels;
}

/// <summary>A model at a batch: all sizes of the calls that a training step makes.</summary>
/// <param name="Model">The model.</param>
/// <param name="Batch">B, sequences.</param>
/// <param name="Length">T, tokens of a sequence.</param>
public sealed record Workload(ModelShape Model, int Batch, int Length)
{
    // GPT-2's sizes by Radford et al. 2019 and its published configurations; the Llama-like ones are TinyLlama 1.1B's
    // (https://github.com/jzhang38/TinyLlama), whose queries share keys in groups of eight.
    static readonly ModelShape
        Tiny = new("tiny", 2, 2, 64, 136, 152, 61, 1) { IsRepresentative = true },
        TinyLlama = new("tiny Llama", 4, 2, 64, 136, 152, 61, 1) { IsLlama = true },
        Small = new("0.9M", 4, 4, 32, 128, 512, 512, 4),
        SmallOnTensorCores = Small with { Heads = 2, KeyValueHeads = 2, HeadSize = 64 },
        Gpt124M = new("GPT-2 124M", 12, 12, 64, 768, 3072, 50_257, 12) { IsRepresentative = true },
        Gpt350M = new("GPT-2 350M", 16, 16, 64, 1024, 4096, 50_257, 24),
        Gpt1558M = new("GPT-2 1558M", 25, 25, 64, 1600, 6400, 50_257, 48),
        Llama = new("Llama-like 1.1B", 32, 4, 64, 2048, 5632, 32_000, 22) { IsLlama = true };

    /// <summary>Whether it is not measured with data from memory, where that can be avoided.</summary>
    public bool WarmOnly { get; init; }

    /// <summary>B T.</summary>
    public int Tokens => Batch * Length;

    /// <summary>
    /// The workloads of an effort: on a CPU batches whose calls take milliseconds, on other devices those that fill a large GPU.
    /// </summary>
    public static IReadOnlyList<Workload> Of(Target target, Effort effort)
    {
        return (effort, target.IsCpu) switch
        {
            // No size is a multiple of a tile; columns are of the eight numbers in bf16 that kernels load at once.
            (Effort.Tiny, _) => [new(Tiny, 3, 47), new(TinyLlama, 3, 47)],
            (Effort.Quick, true) => [new(Gpt124M, 4, 64), new(Llama, 4, 64), new(Small, 16, 128) { WarmOnly = true }],
            (Effort.Quick, false) =>
                [new(Gpt124M, 32, 1024), new(Llama, 8, 1024), new(SmallOnTensorCores, 64, 256) { WarmOnly = true }],
            (_, true) =>
            [
                new(Gpt124M, 4, 64), new(Gpt350M, 4, 64), new(Gpt1558M, 4, 64), new(Llama, 4, 64), new(Small, 16, 128),
                new(Gpt124M, 1, 1024),
            ],
            _ =>
            [
                new(Gpt124M, 32, 1024), new(Gpt350M, 16, 1024), new(Gpt1558M, 8, 1024), new(Llama, 8, 1024),
                new(SmallOnTensorCores, 64, 256), new(Gpt124M, 8, 4096),
            ],
        };
    }
}
