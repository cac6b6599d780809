using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using GpuLm.Bench;
using GpuLm.Bench.Measuring;
using GpuLm.Bench.Steps;
using GpuLm.Cli.Training.Dashboard;
using GpuLm.Devices;
using GpuLm.Models;
using GpuLm.Training;

namespace GpuLm.Cli.Bench;

/// <summary>
/// <c>gpulm bench dashboard</c>: how much longer a training step takes where a page watches the run, in two ways. First its parts are
/// timed while nothing trains: what a step does for the page, and the processor time of an answer, which a busy machine does not disturb.
/// Then steps with and without the dashboard take turns, in blocks of seconds, while a reader in the same process asks as often as the
/// page does.
/// </summary>
static class DashboardCommand
{
    /// <summary>The model that <c>gpulm train</c> takes: its steps are the shortest, so that what a step pays weighs most.</summary>
    static readonly StepCase Case = new("nano", GptConfig.FromPreset("nano", vocabularySize: 256), Batch: 16, Length: 128, Precision.Fp32);

    /// <summary>Steps between two questions, as of a small model on a CPU.</summary>
    const int StepsInSecond = 50;

    public static Command Create(Terminal terminal)
    {
        var device = Options.Device();
        var effort = BenchArguments.Effort();
        var command = new Command("dashboard", "Measures how much a page that watches a run slows its steps.")
        {
            device, effort.Quick, effort.Tiny,
        };
        command.SetAction(async (parsed, _) =>
        {
            // Before there is a device, whose threads would take processor time, too.
            var parts = await MeasureParts(effort.Of(parsed));
            using var catalog = new DeviceCatalog();
            var info = catalog.Select(parsed.GetValue(device) ?? "auto");
            using var opened = catalog.Open(info);
            using var step = new RunningStep(opened, Case);
            terminal.Out.WriteLine($"device   {info}");
            terminal.Out.WriteLine($"step     {Case.Name}");
            Show(terminal.Out, parts);
            Show(terminal.Out, Measure(step, TurnsFor(effort.Of(parsed))));
            return CommandLine.Success;
        });
        return command;
    }

    /// <summary>What a step and a question cost while nothing trains; the reader is in the question's time.</summary>
    static async Task<(TimeSpan Step, TimeSpan Question)> MeasureParts(Effort effort)
    {
        using var dashboard = new RunDashboard(port: 0);
        using var reader = new PageReader(dashboard.Address);
        dashboard.Describe([], new TrainingOptions { Steps = int.MaxValue });
        int steps = 0;
        void Add(int count)
        {
            for (int i = 0; i < count; i++) dashboard.OnStep(Report(++steps, loss: 1));
        }
        async Task Ask(int questions)
        {
            for (int i = 0; i < questions; i++)
            {
                Add(StepsInSecond);
                await reader.Ask();
            }
        }
        int questions = effort == Effort.Tiny ? 2 : 1000;
        await Ask(questions);
        var processor = Environment.CpuUsage.TotalTime;
        await Ask(questions);
        processor = Environment.CpuUsage.TotalTime - processor;
        long start = Stopwatch.GetTimestamp();
        Add(StepsInSecond * questions);
        return (Stopwatch.GetElapsedTime(start) / (StepsInSecond * questions), processor / questions);
    }

    static StepReport Report(int step, float loss) => new(step, step, step, loss, null, null, 1e-3f, 1, 1000, 0.5);

    static (Samples Alone, Samples Watched, int Answers) Measure(RunningStep step, Turns turns)
    {
        using var dashboard = new RunDashboard(port: 0);
        using var reader = new PageReader(dashboard.Address);
        dashboard.Describe([], new TrainingOptions { Steps = int.MaxValue });
        int steps = 0;
        void Watched() => dashboard.OnStep(Report(++steps, step.Run()));
        var samples = (turns with { BeforeBlock = i => reader.Reads = i == 1 }).Measure(() => step.Run(), Watched);
        return (samples[0], samples[1], reader.Answers);
    }

    static Turns TurnsFor(Effort effort) => effort switch
    {
        Effort.Tiny => new Turns { Rounds = 2, Block = TimeSpan.FromTicks(1), WarmUp = TimeSpan.Zero },
        Effort.Quick => new Turns { Rounds = 9, Block = TimeSpan.FromSeconds(2), WarmUp = TimeSpan.FromSeconds(2) },
        _ => new Turns { Rounds = 31, Block = TimeSpan.FromSeconds(3), WarmUp = TimeSpan.FromSeconds(4) },
    };

    static void Show(TextWriter output, (TimeSpan Step, TimeSpan Question) parts) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"parts    {parts.Step.TotalMicroseconds:0.00} us for a step, and {parts.Question.TotalMilliseconds:0.00} ms of processor time "
        + $"for a question, its reader included: once a second, {100 * parts.Question.TotalSeconds:0.00} % of one processor"));

    static void Show(TextWriter output, (Samples Alone, Samples Watched, int Answers) measured)
    {
        var (alone, watched, answers) = measured;
        var slower = new Samples([.. watched.Seconds.Zip(alone.Seconds, (with, without) => 100 * (with / without - 1))]);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"alone    {1000 * alone.Median:0.000} ms"));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"watched  {1000 * watched.Median:0.000} ms, {answers} answers to the page"));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"slower   {slower.Median:0.00} % (median of {slower.Seconds.Count} rounds; half of them between "
            + $"{slower.LowerQuartile:0.00} and {slower.UpperQuartile:0.00} %)"));
    }
}
