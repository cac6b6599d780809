using GpuLm.Models;

namespace GpuLm.Benchmarks.Harness;

/// <summary>Named sizes in the order in which they are written: <c>256 x 768</c>.</summary>
public sealed class Sizes(params (string Name, int Value)[] values)
{
    /// <summary>A size by its name.</summary>
    public int this[string name] => values.First(size => size.Name == name).Value;

    /// <summary>The names, as the report labels them: <c>rows x columns</c>.</summary>
    public string Names => string.Join(" x ", values.Select(size => size.Name));

    public override string ToString() => string.Join(" x ", values.Select(size => FormattableString.Invariant($"{size.Value}")));
}

/// <summary>One call that is measured.</summary>
/// <param name="Kernel">Operation and direction: <c>LayerNorm.Forward</c>.</param>
/// <param name="Model">The model whose training makes this call.</param>
/// <param name="Sizes">Its sizes.</param>
/// <param name="Precision">How its operands are stored and multiplied.</param>
/// <param name="Configuration">How the work is cut, where that is prescribed; else the launcher chooses.</param>
/// <param name="Cold">Whether no launch meets its data in a cache; warm launches find there what fits.</param>
public sealed record KernelCase(string Kernel, string Model, Sizes Sizes, Precision Precision, string? Configuration, bool Cold)
{
    /// <summary>Unique among all cases, and the same in every run.</summary>
    public string Name => string.Join(
        ' ', new[] { Kernel, $"{Sizes}", PrecisionName, Configuration, Cache }.Where(part => part is not null));

    /// <summary><c>fp32</c>, <c>tf32</c> or <c>bf16</c>.</summary>
    public string PrecisionName => Precision.ToString().ToLowerInvariant();

    /// <summary><c>warm</c> or <c>cold</c>.</summary>
    public string Cache => Cold ? "cold" : "warm";

    /// <summary>A size by its name.</summary>
    public int this[string size] => Sizes[size];

    public override string ToString() => Name;
}
