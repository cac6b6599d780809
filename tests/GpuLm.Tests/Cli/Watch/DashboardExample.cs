using GpuLm.Cli.Training;
using GpuLm.Cli.Training.Dashboard;
using GpuLm.Training;

namespace GpuLm.Tests.Cli.Watch;

/// <summary>A dashboard with a run whose figures are known.</summary>
static class DashboardExample
{
    public const int Steps = 400;

    /// <summary>The loss falls in a line from 5 to 1.</summary>
    public static float Loss(int step) => 5 - 4f * (step - 1) / (Steps - 1);

    public static StepReport Report(int step) => new(
        step, step * 100L, step * 0.1, Loss(step), step % 50 == 0 ? Loss(step) + 0.5f : null, step % 50 == 0 ? Loss(step) + 0.25 : null,
        4e-3f * step / Steps, 1.25f + step % 7, 12_000 + step, 0.3 + 0.0005 * step);

    public static RunDashboard Open(int steps, TrainingOptions? options = null)
    {
        var dashboard = new RunDashboard(port: 0);
        dashboard.Describe([new("device", "a device"), new("model", "446 k <b>parameters</b>")], options ?? new() { Steps = Steps });
        for (int step = 1; step <= steps; step++) dashboard.OnStep(Report(step));
        return dashboard;
    }

    public static void AddSamples(RunDashboard dashboard)
    {
        dashboard.OnSample(new TrainingSample(100, "Anna has", 1, " an early cat."));
        dashboard.OnSample(new TrainingSample(200, "Anna has", 1, " <script>document.title = 'taken'</script> a late\ncät."));
        dashboard.OnSample(new TrainingSample(200, "Where is", 1, " Tom?"));
        dashboard.OnMessage("Saved step 200.");
    }
}
