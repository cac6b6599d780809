using GpuLm.Checkpoints;
using GpuLm.Cli.Training.Arguments;
using GpuLm.Models;
using GpuLm.Tokenization;
using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>One run: the trainer's steps, shown, recorded, sampled and saved.</summary>
sealed class TrainingRun(
    Trainer trainer, Gpt model, ITokenizer tokenizer, TrainSettings settings, RunSampler sampler, RunRecorders recorders, string folder)
{

    /// <summary>Trains and saves.</summary>
    /// <returns>Whether the run came to its end; otherwise Ctrl-C stopped it.</returns>
    public bool Start(Terminal terminal)
    {
        var console = terminal.Rich();
        bool finished = false;
        if (terminal.IsInteractive && console.Profile.Capabilities.Ansi)
        {
            LivePanel.Start(console, settings.Options, display => finished = Train(display));
        }
        else finished = Train(new PlainDisplay(terminal.Out, settings.Options));
        return finished;
    }

    /// <summary>Writes what the trained model makes up, and keeps it.</summary>
    public void WriteSamples(TextWriter output)
    {
        var observers = recorders.With();
        foreach (var sample in sampler.AtEnd(trainer.StepsDone))
        {
            observers.OnSample(sample);
            output.WriteLine();
            output.WriteLine(sample.Shown);
        }
        output.WriteLine();
    }

    bool Train(IRunObserver display)
    {
        var observers = recorders.With(display);
        using var interruption = new Interruption(
            () => display.OnMessage("Stopping after this step, then saving. Ctrl-C again leaves at once, without saving."));
        trainer.Run(report => AfterStep(report, observers), interruption.Token);
        Save(observers, trainer.StepsDone);
        return !interruption.Token.IsCancellationRequested;
    }

    void AfterStep(StepReport report, IRunObserver observers)
    {
        observers.OnStep(report);
        if (IsDue(settings.Watch.SampleEvery, report.Step))
        {
            foreach (var sample in sampler.At(report.Step)) observers.OnSample(sample);
        }
        // Last: what a saved step's samples are is then on the disk, too.
        if (IsDue(settings.Folder.SaveEvery, report.Step)) Save(observers, report.Step);
    }

    bool IsDue(int every, int step) => every > 0 && step % every == 0 && step < settings.Options.Steps;

    void Save(IRunObserver observers, int step)
    {
        ModelDirectory.Save(folder, model.Layout, model.ReadParameters, tokenizer);
        observers.OnMessage($"Saved step {step}.");
    }
}
