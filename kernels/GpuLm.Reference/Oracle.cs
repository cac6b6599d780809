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

    /// <summary>Adds one term to a result; by default it has its own magnitude.</summary>
    public void Add(int index, double term, double? magnitude = null)
    {
        Value[index] += term;
        Magnitude[index] += magnitude ?? Math.Abs(term);
    }

    /// <summary>These results with one more term each: what an operation gives that adds to <paramref name="terms"/>.</summary>
    public Oracle Plus(double[] terms)
    {
        var sum = new Oracle([.. Value], [.. Magnitude]);
        for (int i = 0; i < terms.Length; i++) sum.Add(i, terms[i]);
        return sum;
    }

    /// <summary>Sets a result whose terms have the given magnitude; by default it is its own only term.</summary>
    public void Set(int index, double value, double? magnitude = null)
    {
        Value[index] = value;
        Magnitude[index] = magnitude ?? Math.Abs(value);
    }
}
