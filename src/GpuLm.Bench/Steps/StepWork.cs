using GpuLm.Kernels.Common;
using GpuLm.Models;

namespace GpuLm.Bench.Steps;

/// <summary>What one launch, or all launches of a family, must do at least.</summary>
/// <param name="Family">The operation, as its folder among the kernels is called.</param>
/// <param name="Flops">
/// Floating-point operations, counted as the kernel catalog does: 2 M N K for a product; attention's pairs that the causal mask keeps.
/// </param>
/// <param name="Bytes">Memory traffic when every input is read once and every output written once.</param>
/// <param name="Launches">Launches on a CPU; other devices add some to sum partial results up.</param>
public sealed record FamilyWork(string Family, double Flops, double Bytes, int Launches = 1);

/// <summary>
/// The work of a training step, launch by launch in the order of GptForward, GptBackward and the optimizer. B sequences of T tokens,
/// N = B T, C channels, H heads of D channels, V tokens in the vocabulary. Activations and the matrices that products read have e bytes
/// a number (2 in bf16, else 4); gradients of parameters, moments and statistics have 4.
/// </summary>
public sealed class StepWork
{
    /// <summary>Launches whose arithmetic is products of matrices.</summary>
    internal const string MatMul = "MatMul", Attention = "Attention";

    const double Word = sizeof(float);

    /// <summary>A sum of more elements than this takes two launches.</summary>
    const int OneGroupSum = 16_384;

    readonly GptConfig config;
    readonly StepCase step;
    readonly double b, t, n, c, v, e;

    StepWork(StepCase step)
    {
        (this.step, config) = (step, step.Config);
        (b, t, n, c, v) = (step.Batch, step.Length, step.Tokens, config.Channels, config.VocabularySize);
        e = step.Format.Numbers == NumberFormat.Bf16 ? sizeof(ushort) : sizeof(float);
    }

    /// <summary>The work of a step by family, the largest number of FLOPs first.</summary>
    public static IReadOnlyList<FamilyWork> Of(StepCase step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return
        [
            .. new StepWork(step).Launches().GroupBy(launch => launch.Family)
                .Select(family => new FamilyWork(
                    family.Key, family.Sum(launch => launch.Flops), family.Sum(launch => launch.Bytes),
                    family.Sum(launch => launch.Launches)))
                .OrderByDescending(family => family.Flops),
        ];
    }

    IEnumerable<FamilyWork> Launches() => [.. Forward(), .. Backward(), .. Update()];

    IEnumerable<FamilyWork> Forward() =>
    [
        // y = wte[token] + wpe[position]; of wte only the rows that occur.
        new("Embedding", n * c, e * (n * c + Math.Min(n, v) * c + t * c) + Word * n),
        .. Enumerable.Repeat(UpToGelu(), config.Layers).SelectMany(launches => launches),
        .. Enumerable.Repeat(Product(n, c, 4 * c, e, bias: c, extra: n * c), config.Layers),
        Norm(),
    ];

    /// <summary>A block without its last product, which adds the residual stream.</summary>
    IEnumerable<FamilyWork> UpToGelu() =>
    [
        Norm(),
        Product(n, 3 * c, c, e, bias: 3 * c),
        new(Attention, Pairs * (4 * config.HeadSize + 4), e * 4 * n * c + Word * n * config.Heads),
        Product(n, c, c, e, bias: c, extra: n * c),
        Norm(),
        Product(n, 4 * c, c, e, bias: 4 * c, extra: 4 * n * c),
    ];

    IEnumerable<FamilyWork> Backward() =>
    [
        .. Head(),
        NormGradient(residual: 0),
        .. Enumerable.Repeat(Again(), config.Layers - 1).SelectMany(launches => launches),
        .. Enumerable.Repeat(Block(), config.Layers).SelectMany(launches => launches),
        new("Embedding", 2 * n * c, e * n * c + Word * (2 * Math.Min(n, v) * c + config.ContextLength * c + n)),
        Sum(n),
    ];

    /// <summary>Logits, loss and gradient, chunk by chunk of rows; the weights' gradient of each chunk but the first is added.</summary>
    IEnumerable<FamilyWork> Head()
    {
        int chunk = new ActivationPlan(step.Batch, step.Length, step.Precision, step.Recompute).LogitsRows(config);
        for (int row = 0; row < step.Tokens; row += chunk)
        {
            double rows = Math.Min(chunk, step.Tokens - row);
            yield return Product(rows, v, c, e);
            yield return new("CrossEntropy", 5 * rows * v, e * 2 * rows * v + 2 * Word * rows);
            yield return Product(rows, c, v, e);
            yield return Product(v, c, rows, Word, extra: row > 0 ? v * c * Word / e : 0);
        }
    }

    /// <summary>What a block's backward pass computes again.</summary>
    IEnumerable<FamilyWork> Again() => step.Recompute switch
    {
        Recompute.Norms => [Norm(), Norm(), new("Gelu", 8 * 4 * n * c, e * 2 * 4 * n * c)],
        Recompute.Block => UpToGelu(),
        _ => [],
    };

    IEnumerable<FamilyWork> Block() =>
    [
        .. Weights(4 * c, c),
        Product(n, 4 * c, c, e, extra: 4 * n * c),
        .. Weights(c, 4 * c),
        Product(n, c, 4 * c, e),
        NormGradient(residual: n * c),
        .. Weights(c, c),
        Product(n, c, c, e),
        new(Attention, Pairs * (10 * config.HeadSize + 4), e * 8 * n * c + Word * n * config.Heads),
        .. Weights(c, 3 * c),
        Product(n, c, 3 * c, e),
        NormGradient(residual: n * c),
    ];

    /// <summary>The gradient's norm, and AdamW on parameter, gradient and two moments; in bf16 it writes the copies too.</summary>
    IEnumerable<FamilyWork> Update()
    {
        var layout = new GptLayout(config);
        double copies = step.Format.HasCopies ? sizeof(ushort) * layout.DecayLength : 0;
        return
        [
            new("GradientNorm", 2.0 * layout.Length, Word * layout.Length, Launches: 2),
            new("AdamW", 15.0 * layout.Length, 7 * Word * layout.Length + copies),
        ];
    }

    /// <summary>dW = X^T dY and db = the sum of dY's rows.</summary>
    IEnumerable<FamilyWork> Weights(double inputs, double outputs) =>
        [Product(inputs, outputs, n, Word), new("BiasGradient", n * outputs, e * n * outputs + Word * outputs)];

    /// <summary>[m, k] times [k, n]; <paramref name="extra"/> numbers besides are read or written.</summary>
    FamilyWork Product(double rows, double columns, double depth, double resultBytes, double bias = 0, double extra = 0) => new(
        MatMul, 2 * rows * columns * depth, e * (rows * depth + depth * columns + extra) + resultBytes * rows * columns + Word * bias);

    FamilyWork Norm() => new("LayerNorm", 8 * n * c, e * 2 * n * c + Word * (2 * n + 2 * c));

    FamilyWork NormGradient(double residual) =>
        new("LayerNorm", 14 * n * c, e * (3 * n * c + residual) + Word * (2 * n + 3 * c));

    FamilyWork Sum(double count) => new("Reduction", count, Word * count, count > OneGroupSum ? 2 : 1);

    /// <summary>Pairs of query and key that the causal mask keeps.</summary>
    double Pairs => b * config.Heads * t * (t + 1) / 2;
}
