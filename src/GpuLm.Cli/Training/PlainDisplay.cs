using System.Text;
using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>A run as lines: the first step, every validation, and in between a line every few seconds.</summary>
sealed class PlainDisplay(TextWriter output, TrainingOptions options) : IRunObserver
{
    const double SecondsBetweenLines = 5;
    readonly RunProgress progress = new(options);
    double nextLine;

    public void OnStep(StepReport report)
    {
        progress.Add(report);
        if (report.Fault is { } fault)
        {
            OnMessage(
                $"step {progress.StepText} was not applied: {FaultNames.Describe(fault)} ({progress.SkippedText} so far were not applied)");
        }
        if (report.ValidationLoss is null && report.Seconds < nextLine) return;
        nextLine = report.Seconds + SecondsBetweenLines;

        var line = new StringBuilder($"step {progress.StepText}  loss {progress.LossText}");
        if (report.ValidationLoss is not null) line.Append($"  validation {progress.ValidationText} ({progress.BitsText} bits per byte)");
        line.Append($"  {progress.SpeedText} tokens/s");
        if (progress.PeakText != "") line.Append($"  {progress.PeakText} of peak");
        if (progress.LeftText != "") line.Append($"  {progress.LeftText} left");
        OnMessage(line.ToString());
    }

    public void OnSample(TrainingSample sample) => OnMessage($"sample: {sample.Shown.ReplaceLineEndings("\n        ")}");

    public void OnMessage(string line)
    {
        lock (output)
        {
            try
            {
                output.WriteLine(line);
                output.Flush();
            }
            catch (IOException)
            {
                // The lines go to a file whose disk is full, say. The run goes on and saves.
            }
        }
    }
}
