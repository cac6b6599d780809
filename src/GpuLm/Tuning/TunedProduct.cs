using GpuLm.Kernels.MatMul;
using GpuLm.Models;

namespace GpuLm.Tuning;

/// <summary>One product of a training step in bf16.</summary>
/// <param name="Name">What it computes: <c>c_fc forward</c>.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="WideResult">Whether the result is fp32, as weight gradients are.</param>
public sealed record TunedProduct(string Name, MatMulShape Shape, bool WideResult)
{
    /// <summary>M, N and K, and which operands lie transposed: <c>32768 x 2304 x 768 NN</c>.</summary>
    public string Sizes => $"{Shape.M} x {Shape.N} x {Shape.K} {(Shape.TransposeA ? 'T' : 'N')}{(Shape.TransposeB ? 'T' : 'N')}";

    /// <summary>The products of a step: of each linear layer the forward pass and both gradients, and the output layer's.</summary>
    /// <param name="config">The model.</param>
    /// <param name="tokens">B T.</param>
    public static IReadOnlyList<TunedProduct> Of(GptConfig config, int tokens)
    {
        ArgumentNullException.ThrowIfNull(config);
        int c = config.Channels, v = config.VocabularySize;
        int rows = new ActivationPlan(Batch: 1, tokens, Precision.Bf16, Backward: null).LogitsRows(config);
        var products = new List<TunedProduct>();
        (string Name, int Input, int Output)[] layers =
            [("c_attn", c, 3 * c), ("c_proj", c, c), ("c_fc", c, 4 * c), ("mlp.c_proj", 4 * c, c)];
        foreach (var (name, input, output) in layers)
        {
            products.Add(new($"{name} forward", new(tokens, output, input), false));
            products.Add(new($"{name} dX", new(tokens, input, output, TransposeB: true), false));
            products.Add(new($"{name} dW", new(input, output, tokens, TransposeA: true), true));
        }
        products.Add(new("logits", new(rows, v, c, TransposeB: true), false));
        products.Add(new("logits dX", new(rows, c, v), false));
        products.Add(new("logits dW", new(v, c, rows, TransposeA: true), true));
        return products;
    }
}

/// <summary>What tuning found for one product.</summary>
/// <param name="Product">The product.</param>
/// <param name="Rule">The cut that is taken without tuning.</param>
/// <param name="Best">The fastest cut.</param>
/// <param name="Speedup">How many times as fast the best is as the rule's.</param>
/// <param name="FlopsPerSecond">What the best reaches.</param>
/// <param name="Refused">Cuts whose result differed from the rule's beyond rounding; they are never chosen.</param>
public sealed record TuningResult(
    TunedProduct Product, string Rule, string Best, double Speedup, double FlopsPerSecond, IReadOnlyList<string> Refused);
