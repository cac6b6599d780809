using System.Text.Json;

namespace GpuLm.Proof;

/// <summary>What is measured on both sides: the file cases.json, which torch_peers.py reads too.</summary>
/// <param name="Name">What both sides and the table call it.</param>
/// <param name="Op">The operation, which has one bar.</param>
/// <param name="Variant">Transposes or direction.</param>
/// <param name="Shape">
/// matmul: M, N, K. attention: B, T, H, D. layernorm, gelu, cross-entropy: rows, columns. copy, adamw: elements. step: B, T, L, H, C, V.
/// </param>
sealed record CaseSpec(string Name, string Op, string Variant, IReadOnlyList<int> Shape)
{
    /// <summary>Most of each size in a tiny run, where every case shall run once on a CPU in little time.</summary>
    const int TinySize = 40, TinyElements = 1000;

    /// <summary>
    /// The same case on sizes that take no time: no multiples of tiles, and odd where a kernel allows it. Columns are a multiple of the
    /// eight bf16 numbers that kernels load at once, and a head has the 64 channels that attention in bf16 takes.
    /// </summary>
    public CaseSpec Tiny() => this with
    {
        Shape = Op switch
        {
            "step" => [2, 16, 1, 2, 128, 61],
            _ when Op.StartsWith("attention", StringComparison.Ordinal) => [2, TinySize, 2, Shape[3]],
            _ when Shape.Count == 1 => [TinyElements],
            _ => [.. Shape.Select((size, i) => Math.Min(size, TinySize + 1 - i))],
        },
    };

    public override string ToString() => string.Join('x', Shape);
}

/// <summary>What an operation has to reach.</summary>
/// <param name="Against"><see cref="PyTorch"/>, by time, or <see cref="Copy"/>, by bytes a second.</param>
/// <param name="Least">The least ratio.</param>
/// <param name="Aim">The ratio that is aimed at.</param>
sealed record Bar(string Against, double Least, double Aim)
{
    public const string PyTorch = "PyTorch", Copy = "copy";
}

/// <summary>All cases with their bars.</summary>
/// <param name="Bars">By operation; the copy has none, it is what others are measured by.</param>
/// <param name="Cases">In the table's order.</param>
sealed record CaseList(IReadOnlyDictionary<string, Bar> Bars, IReadOnlyList<CaseSpec> Cases)
{
    public const string Step = "step";

    /// <summary>The list that this program was built with.</summary>
    public static CaseList Built { get; } = Read();

    static CaseList Read()
    {
        using var stream = typeof(CaseList).Assembly.GetManifestResourceStream("cases.json")!;
        return JsonSerializer.Deserialize<CaseList>(stream, Report.Json)!;
    }
}
