using GpuLm.Bench.Measuring;
using GpuLm.Bench.Results;
using GpuLm.Devices;

namespace GpuLm.Bench.Scaling;

/// <summary>
/// How the training step's throughput scales: with workers, batch, context, model size, precision and device. Settings of one sweep take
/// turns, so that a machine that slows down slows all of them. A step that is wrong is refused.
/// </summary>
public static class ScalingSuite
{
    /// <summary>The suite's name.</summary>
    public const string Name = "scaling";

    /// <summary>Measures.</summary>
    /// <param name="options">Where and how thoroughly.</param>
    /// <param name="settings">What is swept; null lets the device choose.</param>
    /// <exception cref="GpuLmException">A model or a sweep is not known.</exception>
    public static SuiteResult Run(BenchOptions options, ScalingSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        settings ??= new ScalingSettings();
        var names = settings.Sweeps ?? ScalingSettings.All;
        if (names.FirstOrDefault(name => !ScalingSettings.All.Contains(name)) is { } unknown)
        {
            throw new GpuLmException($"There is no sweep '{unknown}'. Sweeps: {string.Join(", ", ScalingSettings.All)}.");
        }
        using var device = options.Open();
        var plan = new SweepPlan(options, device, settings.Model);
        var peaks = Ceilings.Measure(device, options.Effort);
        var environment = EnvironmentProbe.Begin(options, device, peaks);
        using var gauge = new SpeedGauge(device, peaks);
        var rows = new List<ResultRow>();
        var sections = new List<Section>();
        try
        {
            foreach (var sweep in ScalingSettings.All.Where(names.Contains).Select(plan.Of))
            {
                if (sweep.Points.Count < 2)
                {
                    sections.Add(SweepSections.NothingToSweep(sweep, options.Device));
                    continue;
                }
                using var measurement = new SweepMeasurement(options, settings, gauge, peaks);
                var measured = measurement.Measure(sweep);
                rows.AddRange(measured.Select(one => SweepRows.Of(sweep.Name, one)));
                sections.AddRange(SweepSections.Of(sweep, measured));
                options.Progress($"{sweep.Name}: {measured.Count(one => one.Samples is not null)} settings and kernels measured.");
            }
        }
        catch (OperationCanceledException)
        {
            options.Progress("Cancelled; what was measured until now is reported.");
        }
        return new SuiteResult(Name, EnvironmentProbe.End(environment), rows, sections);
    }
}
