using System.Diagnostics;
using GpuLm.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GpuLm.Cli.Training;

/// <summary>A run as a panel that is redrawn in place.</summary>
sealed class LivePanel : IRunObserver
{
    const int BarWidth = 40;
    static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(200);
    readonly RunProgress progress;
    readonly LiveDisplayContext frame;
    readonly Lock gate = new();
    long lastFrame;
    string sample = "", message = "";

    LivePanel(TrainingOptions options, LiveDisplayContext frame)
    {
        progress = new RunProgress(options);
        this.frame = frame;
    }

    /// <summary>Shows the panel for as long as <paramref name="run"/> takes.</summary>
    public static void Start(IAnsiConsole console, TrainingOptions options, Action<IRunObserver> run) =>
        console.Live(new Text("")).AutoClear(false).Start(frame =>
        {
            var panel = new LivePanel(options, frame);
            panel.Draw(always: true);
            run(panel);
            panel.Draw(always: true);
        });

    public void OnStep(StepReport report)
    {
        lock (gate) progress.Add(report);
        Draw(always: false);
    }

    public void OnSample(TrainingSample made)
    {
        lock (gate) sample = made.Shown;
        Draw(always: true);
    }

    public void OnMessage(string line)
    {
        lock (gate) message = line;
        Draw(always: true);
    }

    void Draw(bool always)
    {
        lock (gate)
        {
            if (!always && Stopwatch.GetElapsedTime(lastFrame) < BetweenFrames) return;
            lastFrame = Stopwatch.GetTimestamp();
            frame.UpdateTarget(Render(progress, sample, message));
        }
    }

    /// <summary>The panel's content.</summary>
    public static IRenderable Render(RunProgress progress, string sample, string message)
    {
        var grid = new Grid().AddColumn(new GridColumn().PadRight(4)).AddColumn();
        void Row(string name, string value)
        {
            if (value != "") grid.AddRow(new Text(name, new Style(Color.Grey)), new Text(value));
        }
        Row("step", progress.StepText);
        Row("loss", progress.LossText);
        Row("validation loss", progress.ValidationText);
        Row("bits per byte", progress.BitsText);
        Row("steps not applied", progress.SkippedText);
        Row("tokens/s", progress.SpeedText);
        Row("of measured peak", progress.PeakText);
        Row("time left", progress.LeftText);
        int filled = (int)(progress.Done * BarWidth);
        grid.AddRow(
            new Text("done", new Style(Color.Grey)),
            new Markup($"[green]{new string('━', filled)}[/][grey23]{new string('━', BarWidth - filled)}[/] {progress.Done * 100:0} %"));
        Row("last sample", sample);
        Row("", message);
        return new Panel(grid).Header("gpulm train").RoundedBorder();
    }
}
