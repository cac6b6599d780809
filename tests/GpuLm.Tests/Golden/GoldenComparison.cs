namespace GpuLm.Tests.Golden;

/// <summary>The largest error of one tensor, and the largest that is allowed.</summary>
/// <param name="Name">The tensor, or "losses", or "norms".</param>
/// <param name="Error">Largest distance from PyTorch's float64; NaN where a value is NaN or missing.</param>
/// <param name="PeerError">The same of PyTorch's float32.</param>
/// <param name="Budget">The largest error that is allowed.</param>
public sealed record GoldenDeviation(string Name, double Error, double PeerError, double Budget)
{
    /// <summary>False for NaN too.</summary>
    public bool Holds => Error <= Budget;
}

/// <summary>
/// Holds a float32 result to PyTorch's float64: a tensor may be off by four times what PyTorch's own float32 is off by. Where that is
/// nearly nothing by luck, it may be off by 16 u of the tensor's largest element, u = 2^-24.
/// </summary>
public static class GoldenComparison
{
    const double PeerFactor = 4, Floor = 16.0 / (1 << 24);

    public static IReadOnlyList<GoldenDeviation> Compare(GoldenFile golden, GoldenResult actual)
    {
        ArgumentNullException.ThrowIfNull(golden);
        ArgumentNullException.ThrowIfNull(actual);
        var deviations = new List<GoldenDeviation>
        {
            Deviation("losses", golden.Expected.Losses, actual.Losses),
            Deviation("norms", golden.Expected.Norms, actual.Norms),
        };
        deviations.AddRange(golden.Expected.Tensors.Select(
            pair => Deviation(pair.Key, Doubles(pair.Value), actual.Tensors.TryGetValue(pair.Key, out var found) ? Doubles(found) : [])));
        return deviations;

        GoldenDeviation Deviation(string name, IReadOnlyList<double> expected, IReadOnlyList<double> found)
        {
            double largest = expected.Max(Math.Abs), peer = golden.Errors[name];
            return new(name, MaxError(expected, found), peer, Math.Max(PeerFactor * peer, Floor * largest));
        }
    }

    /// <summary>The largest distance between two tensors; NaN where they differ in length or hold a NaN.</summary>
    public static double MaxError(IReadOnlyList<double> expected, IReadOnlyList<double> actual)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        if (expected.Count != actual.Count) return double.NaN;
        double worst = 0;
        for (int i = 0; i < expected.Count; i++) worst = Math.Max(worst, Math.Abs(expected[i] - actual[i]));
        return worst;
    }

    /// <inheritdoc cref="MaxError(IReadOnlyList{double}, IReadOnlyList{double})"/>
    public static double MaxError(float[] expected, float[] actual) => MaxError(Doubles(expected), Doubles(actual));

    static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);
}
