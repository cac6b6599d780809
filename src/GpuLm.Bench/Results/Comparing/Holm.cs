namespace GpuLm.Bench.Results.Comparing;

/// <summary>
/// Several tests at one level (S. Holm, "A Simple Sequentially Rejective Multiple Test Procedure", 1979): the k-th smallest of m p-values
/// is multiplied by m - k + 1, and none becomes smaller than one before it. The chance of any false verdict is then at most the level.
/// </summary>
static class Holm
{
    /// <summary>Corrected p-values, in the order of the given ones.</summary>
    public static double[] Correct(IReadOnlyList<double> p)
    {
        var corrected = new double[p.Count];
        double largest = 0;
        foreach (var (rank, index) in Enumerable.Range(0, p.Count).OrderBy(i => p[i]).Index())
        {
            largest = Math.Max(largest, Math.Min(1, (p.Count - rank) * p[index]));
            corrected[index] = largest;
        }
        return corrected;
    }
}
