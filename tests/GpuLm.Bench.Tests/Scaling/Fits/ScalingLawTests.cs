using GpuLm.Bench.Measuring;
using GpuLm.Bench.Scaling.Fits;
using MathNet.Numerics.Distributions;
using Xunit;

namespace GpuLm.Bench.Tests.Scaling.Fits;

public class ScalingLawTests
{
    const int Seeds = 100, Resamples = 200;
    const double Noise = 0.03;
    static readonly double[] Workers = [1, 2, 4, 8, 16, 32], Sizes = [1, 2, 4, 8, 16, 32];

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.02)]
    public void Amdahls_serial_share_is_in_its_interval_nine_times_in_ten(double serial)
    {
        int held = 0, heldWrong = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            var fit = AmdahlFit.Of(Workers, Turns(seed, Workers, p => serial + (1 - serial) / p), Resamples)!;
            if (fit.SerialShare.Holds(serial)) held++;
            if (fit.SerialShare.Holds(2 * serial)) heldWrong++;
            Assert.InRange(fit.SerialShare.Value, 0.7 * serial, 1.4 * serial);
        }
        Assert.InRange(held, 0.9 * Seeds, Seeds);
        Assert.InRange(heldWrong, 0, 0.1 * Seeds);
    }

    [Fact]
    public void The_universal_laws_parameters_are_in_their_intervals_nine_times_in_ten()
    {
        const double a = 0.05, b = 0.002;
        int contention = 0, coherency = 0, best = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            var fit = UniversalScalabilityFit.Of(
                Workers, Turns(seed, Workers, p => (1 + a * (p - 1) + b * p * (p - 1)) / p), Resamples)!;
            if (fit.Contention.Holds(a)) contention++;
            if (fit.Coherency.Holds(b)) coherency++;
            if (fit.Best.Holds(Math.Sqrt((1 - a) / b))) best++;
        }
        Assert.InRange(contention, 0.9 * Seeds, Seeds);
        Assert.InRange(coherency, 0.9 * Seeds, Seeds);
        Assert.InRange(best, 0.9 * Seeds, Seeds);
    }

    [Fact]
    public void A_saturating_rate_is_in_its_interval_nine_times_in_ten()
    {
        const double t0 = 0.004, t1 = 0.001;
        int rate = 0, half = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            var fit = SaturationFit.Of(Sizes, Turns(seed, Sizes, n => t0 + n * t1), Resamples)!;
            if (fit.Rate.Holds(1 / t1)) rate++;
            if (fit.HalfPerformance.Holds(t0 / t1)) half++;
        }
        Assert.InRange(rate, 0.9 * Seeds, Seeds);
        Assert.InRange(half, 0.9 * Seeds, Seeds);
    }

    [Fact]
    public void Without_noise_the_parameters_are_exact_and_so_are_those_at_a_bound()
    {
        var law = UniversalScalabilityFit.Of(Workers, Turns(0, Workers, p => (1 + 0.1 * (p - 1)) / p, noise: 0))!;
        Assert.Equal(0.1, law.Contention.Value, 1e-9);
        Assert.Equal(0, law.Coherency.Value, 1e-9);
        Assert.Equal(10 / 1.9, law.At(10), 1e-6);
        Assert.Equal(0, law.WorstMiss!.Value, 1e-9);
        var superlinear = AmdahlFit.Of(Workers, Turns(0, Workers, p => 0.9 / p + (p == 1 ? 0.1 : 0), noise: 0))!;
        Assert.Equal(0, superlinear.SerialShare.Value);
        Assert.True(double.IsInfinity(superlinear.Limit.Value));
        Assert.Equal(1.0 / 9, superlinear.WorstMiss!.Value, 1e-9);
    }

    [Fact]
    public void What_is_not_identified_is_refused_and_what_is_exactly_determined_says_so()
    {
        double[] two = [1, 2];
        var turns = Turns(0, two, p => 1 / p);
        Assert.Null(UniversalScalabilityFit.Of(two, turns));
        Assert.Null(AmdahlFit.Of(two, turns)!.WorstMiss);
        Assert.Null(AmdahlFit.Of([1], turns[..1]));
        Assert.Null(AmdahlFit.Of([2, 4], turns));
        Assert.Null(UniversalScalabilityFit.Of([1, 2, 4], Turns(0, [1, 2, 4], p => 1 / p))!.WorstMiss);
        Assert.Null(SaturationFit.Of([4, 4], turns));
        Assert.Null(SaturationFit.Of([4, 8], turns)!.WorstMiss);
    }

    [Fact]
    public void Speed_up_and_efficiency_are_of_rounds_compared_in_turn()
    {
        Samples one = new([10, 20, 10, 20]), two = new([5, 10, 5, 10]);
        var speedUp = SpeedUp.Of([1, 4], [one, two])[1];
        Assert.Equal(2, speedUp.Value.Value);
        Assert.Equal((2.0, 2.0), (speedUp.Value.Low, speedUp.Value.High));
        Assert.Equal(0.5, speedUp.Efficiency.Value);
    }

    [Fact]
    public void With_two_rounds_an_interval_is_unbounded()
    {
        var speedUp = SpeedUp.Of([1, 2], [new Samples([2, 2]), new Samples([1, 1])])[1];
        Assert.True(double.IsInfinity(speedUp.Value.High) && double.IsInfinity(speedUp.Value.Low));
    }

    /// <summary>Nine rounds of every setting; a round's drift meets all of its settings.</summary>
    static Samples[] Turns(int seed, double[] settings, Func<double, double> time, double noise = Noise)
    {
        const int rounds = 9;
        var random = new Random(seed);
        double[] drift = [.. Enumerable.Range(0, rounds).Select(_ => Lognormal(noise))];
        return [.. settings.Select(setting => new Samples([.. drift.Select(common => time(setting) * common * Lognormal(noise))]))];

        double Lognormal(double deviation) => deviation > 0 ? Math.Exp(Normal.Sample(random, 0, deviation)) : 1;
    }
}
