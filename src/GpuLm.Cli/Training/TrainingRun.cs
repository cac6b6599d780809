using GpuLm.Checkpoints;
using GpuLm.Cli.Training.Arguments;
using GpuLm.Models;
using GpuLm.Tokenization;
using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>One run: the trainer's steps, shown, recorded, sampled and saved.</summary>
sealed class TrainingRun(Trainer trainer, Gpt model, ITokenizer tokenizer, TrainSettings settings, string folder) : IDisposable
{
    const int FinalSamples = 3;
    readonly MetricsFile metrics = new(folder);
    readonly RunSampler sampler = new(model, tokenizer, settings.Options.Seed);

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

    /// <summary>Writes what the trained model makes up.</summary>
    public void WriteSamples(TextWriter output)
    {
        for (int i = 0; i < FinalSamples; i++)
        {
            output.WriteLine();
            output.WriteLine(sampler.Next());
        }
        output.WriteLine();
    }

    bool Train(IRunObserver display)
    {
        var observers = new RunObservers(metrics, display);
        using var interruption = new Interruption(
            () => display.OnMessage("Stopping after this step, then saving. Ctrl-C again leaves at once, without saving."));
        trainer.Run(report => AfterStep(report, observers), interruption.Token);
        Save(observers, trainer.StepsDone);
        return !interruption.Token.IsCancellationRequested;
    }

    void AfterStep(StepReport report, IRunObserver observers)
    {
        observers.OnStep(report);
        if (IsDue(settings.Folder.SaveEvery, report.Step)) Save(observers, report.Step);
        if (IsDue(settings.Watch.SampleEvery, report.Step)) observers.OnSample(new TrainingSample(report.Step, sampler.Next()));
    }

    bool IsDue(int every, int step) => every > 0 && step % every == 0 && step < settings.Options.Steps;

    void Save(IRunObserver observers, int step)
    {
        ModelDirectory.Save(folder, model.Layout, model.ReadParameters, tokenizer);
        observers.OnMessage($"Saved step {step}.");
    }

    public void Dispose()
    {
        sampler.Dispose();
        metrics.Dispose();
    }
}
