using GpuLm.Cli.Training;
using GpuLm.Tests.Cli.Watch;

namespace GpuLm.Tests.Fuzzing;

/// <summary>What a run that is resumed finds of its steps and samples.</summary>
static class RecordTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("metrics", MetricsFile.Name, [Record(MetricsFile.Name)], path =>
        {
            foreach (var report in RunRecord.Steps(Path.GetDirectoryName(path)!)) _ = report with { Skipped = 0 };
            JsonLines.CutAfter(path, lastStep: 2);
        }, "step", "null", "1e400", "99999999999", "\"val_loss\":", "{", "}\n"),
        new("samples", SamplesFile.Name, [Record(SamplesFile.Name)], path =>
        {
            foreach (var sample in RunRecord.Samples(Path.GetDirectoryName(path)!)) _ = sample.Shown;
            JsonLines.CutAfter(path, lastStep: 2);
        }, "step", "prompt", "\\ud800", "null", "-1", "{", "}\n"),
    ];

    static byte[] Record(string name)
    {
        using var folder = new TemporaryFolder();
        using (var metrics = new MetricsFile(folder.Path))
        using (var samples = new SamplesFile(folder.Path))
        {
            for (int step = 1; step <= 4; step++)
            {
                metrics.OnStep(DashboardExample.Report(step));
                samples.OnSample(new TrainingSample(step, "The", 1, " cät."));
            }
        }
        return File.ReadAllBytes(folder[name]);
    }
}
