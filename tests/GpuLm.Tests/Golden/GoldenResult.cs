namespace GpuLm.Tests.Golden;

/// <summary>What a GPT-2 computes from given weights: one backward pass on the first batch, then a training step on each batch.</summary>
/// <param name="Tensors"><c>logits</c> [B, T, V], and <c>d.NAME</c>, the gradient of the mean loss by the parameter NAME.</param>
/// <param name="Losses">Loss before each step's update.</param>
/// <param name="Norms">Norm of each step's gradient before clipping.</param>
public sealed record GoldenResult(IReadOnlyDictionary<string, float[]> Tensors, IReadOnlyList<double> Losses, IReadOnlyList<double> Norms)
{
    /// <summary>The name under which a parameter's gradient is kept.</summary>
    public static string Gradient(string parameter) => "d." + parameter;
}
