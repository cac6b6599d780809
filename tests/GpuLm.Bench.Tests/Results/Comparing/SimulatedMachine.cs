using GpuLm.Bench.Results;
using MathNet.Numerics.Distributions;

namespace GpuLm.Bench.Tests.Results.Comparing;

/// <summary>
/// A machine whose true times are known: rows are measured one after another while its speed drifts, other programs take bursts and whole
/// phases of it, and a part of all that is not seen by the gauge.
/// </summary>
sealed class SimulatedMachine
{
    const int Rounds = 9;
    readonly Random random;
    readonly bool calm;

    public SimulatedMachine(int seed, bool calm) => (random, this.calm) = (new Random(seed), calm);

    /// <summary>Measures rows whose code takes <paramref name="factor"/> times as long as usual.</summary>
    public SuiteResult Run(int rows, Func<int, double>? factor = null)
    {
        var run = new List<ResultRow>();
        double offset = calm ? 0 : Normal(0.03), seen = 0, hidden = 0, half = 1;
        int phase = 0;
        for (int row = 0; row < rows; row++)
        {
            // Round by round, so that a phase begins and ends inside a row.
            var seconds = new double[Rounds];
            var speeds = new double[Rounds];
            double truth = 1e-3 * (1 + row % 17) * (factor?.Invoke(row) ?? 1), deviation = calm ? 0.01 : 0.005 + 0.035 * (row % 7) / 6;
            for (int round = 0; round < Rounds; round++)
            {
                if (!calm)
                {
                    seen = 0.99 * seen + Normal(0.006);
                    hidden = 0.98 * hidden + Normal(0.004);
                    if (phase-- <= 0) (half, phase) = half < 1 ? (1, random.Next(300, 3000)) : (0.5, random.Next(30, 300));
                }
                double speed = half * Math.Exp(seen + offset);
                double burst = !calm && random.NextDouble() < 0.05 ? 1.2 + 2 * random.NextDouble() : 1;
                seconds[round] = truth * burst * Math.Exp(Normal(deviation) + hidden) / speed;
                speeds[round] = speed * Math.Exp(Normal(0.005));
            }
            run.Add(Example.Row($"row {row}", seconds) with { MachineSpeed = Median(speeds) });
        }
        return new SuiteResult("kernels", Example.Environment, run, []);
    }

    double Normal(double deviation) => MathNet.Numerics.Distributions.Normal.Sample(random, 0, deviation);

    static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
