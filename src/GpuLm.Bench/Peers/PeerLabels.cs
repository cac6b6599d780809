namespace GpuLm.Bench.Peers;

/// <summary>The labels of a row of the suite <c>peers</c>, in their order. Rows that differ in the side alone did the same work.</summary>
public static class PeerLabels
{
    /// <summary>The work: <c>MatMul NN</c>, <c>training step</c>.</summary>
    public const string What = "what";

    /// <summary>Its sizes.</summary>
    public const string Shape = "shape";

    /// <summary>How the operands are stored.</summary>
    public const string Precision = "precision";

    /// <summary>Who did it: <see cref="GpuLm"/>, <see cref="Torch"/>, <see cref="LlmC"/>.</summary>
    public const string Side = "side";

    /// <summary>This library.</summary>
    public const string GpuLm = "GpuLm";

    /// <summary>PyTorch.</summary>
    public const string Torch = "PyTorch";

    /// <summary>github.com/karpathy/llm.c.</summary>
    public const string LlmC = "llm.c";

    /// <summary>The labels of a row.</summary>
    public static IReadOnlyDictionary<string, string> Of(string what, string shape, string precision, string side) =>
        new Dictionary<string, string> { [What] = what, [Shape] = shape, [Precision] = precision, [Side] = side };

    /// <summary>The name of a row with these labels.</summary>
    public static string NameOf(string what, string shape, string precision, string side) => $"{what} {shape} {precision}, {side}";
}
