using MathNet.Numerics.LinearAlgebra;

namespace GpuLm.Bench.Scaling.Fits;

/// <summary>
/// Times t = c_1 x_1 + c_2 x_2 + ... + rest with coefficients that are not negative, so that the sum of squared relative errors,
/// ((model - t) / t)^2, is least. Every law of scaling here is linear in its coefficients once it is written for times, so the bounded
/// least squares need no starting point and no iteration: the best solution is the unbounded one of some subset of the terms.
/// </summary>
static class RelativeLeastSquares
{
    /// <summary>The coefficients.</summary>
    /// <param name="terms">For each point its x.</param>
    /// <param name="times">For each point t.</param>
    /// <param name="rest">For each point the part that has no coefficient.</param>
    public static double[] Solve(IReadOnlyList<double[]> terms, IReadOnlyList<double> times, IReadOnlyList<double> rest)
    {
        int coefficients = terms[0].Length;
        double[] best = new double[coefficients];
        double least = Error(best);
        for (int subset = 1; subset < 1 << coefficients; subset++)
        {
            int[] chosen = [.. Enumerable.Range(0, coefficients).Where(i => (subset >> i & 1) == 1)];
            if (chosen.Length > times.Count) continue;
            var x = Matrix<double>.Build.Dense(times.Count, chosen.Length, (row, column) => terms[row][chosen[column]] / times[row]);
            var y = Vector<double>.Build.Dense(times.Count, row => 1 - rest[row] / times[row]);
            var solution = x.QR().Solve(y);
            if (!solution.All(value => value >= 0 && double.IsFinite(value))) continue;
            var candidate = new double[coefficients];
            for (int i = 0; i < chosen.Length; i++) candidate[chosen[i]] = solution[i];
            if (Error(candidate) is double error && error < least) (best, least) = (candidate, error);
        }
        return best;

        double Error(double[] c) => Enumerable.Range(0, times.Count).Sum(i => Math.Pow(Misses(c, terms[i], times[i], rest[i]), 2));
    }

    /// <summary>How far the model lies from a time, as a share of it.</summary>
    public static double Misses(double[] coefficients, double[] terms, double time, double rest) =>
        (coefficients.Zip(terms, (c, x) => c * x).Sum() + rest) / time - 1;
}
