namespace GpuLm.Reference;

/// <summary>
/// What an operation gives in double precision, together with the magnitude of the terms that each value was summed from: rounding
/// errors grow with the terms, not with their sum, so a test's budget needs both.
/// </summary>
/// <param name="Value">The results.</param>
/// <param name="Magnitude">For each result the sum of its terms' absolute values.</param>
public sealed record Oracle(double[] Value, double[] Magnitude)
{
    /// <summary>An oracle of <paramref name="length"/> zeros, to be filled by <see cref="Add"/> and <see cref="Set"/>.</summary>
    public Oracle(int length) : this(new double[length], new double[length]) { }

    /// <summary>Number of results.</summary>
    public int Length => Value.Length;

    /// <summary>Adds one term to a result.</summary>
    public void Add(int index, double term)
    {
        Value[index] += term;
        Magnitude[index] += Math.Abs(term);
    }

    /// <summary>Sets a result whose terms have the given magnitude; by default it is its own only term.</summary>
    public void Set(int index, double value, double? magnitude = null)
    {
        Value[index] = value;
        Magnitude[index] = magnitude ?? Math.Abs(value);
    }
}
