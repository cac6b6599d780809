using GpuLm.Cli.Training.Arguments;
using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>One run: the trainer's steps, shown, recorded, sampled and saved.</summary>
sealed class TrainingRun(
    Trainer trainer, TrainSettings settings, RunSampler sampler, RunCheckpoints checkpoints, RunRecorders recorders)
{
    float? lastValidation;

    /// <summary>Trains and saves.</summary>
    /// <returns>How the command exits: with success where the run came to its end, or as a signal that stopped it asks for.</returns>
    public int Start(Terminal terminal)
    {
        var console = terminal.Rich();
        int exitCode = CommandLine.Success;
        if (terminal.IsInteractive && console.Profile.Capabilities.Ansi)
        {
            LivePanel.Start(console, settings.Options, display => exitCode = Train(display));
        }
        else exitCode = Train(new PlainDisplay(terminal.Out, settings.Options));
        return exitCode;
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

    int Train(IRunObserver display)
    {
        var observers = recorders.With(display);
        using var interruption = new Interruption(
            () => display.OnMessage("Stopping after this step, then saving. Ctrl-C again leaves at once, without saving."));
        trainer.Run(report => AfterStep(report, observers), interruption.Token);
        observers.OnMessage(checkpoints.Save(lastValidation));
        if (interruption.ExitCode == CommandLine.Success) RunCheckpoints.Publish(checkpoints.Folder);
        return interruption.ExitCode;
    }

    void AfterStep(StepReport report, IRunObserver observers)
    {
        observers.OnStep(report);
        if (IsDue(settings.Watch.SampleEvery, report.Step))
        {
            foreach (var sample in sampler.At(report.Step)) observers.OnSample(sample);
        }
        lastValidation = report.ValidationLoss;
        // Last: what a saved step's samples are is then on the disk, too.
        // Weights that may be at fault must not take the place of good ones.
        if (report.Fault != StepFault.NotFinite && IsDue(settings.Folder.SaveEvery, report.Step)) observers.OnMessage(TrySave());
    }

    bool IsDue(int every, int step) => every > 0 && step % every == 0 && step < settings.Options.Steps;

    /// <summary>
    /// Saves in the middle of a run. A save that fails does not end it: the disk may have room again at the next one, and what was computed
    /// since the last one would be lost. The save at the end must not fail.
    /// </summary>
    string TrySave()
    {
        try
        {
            return checkpoints.Save(lastValidation ?? (float)trainer.Validate());
        }
        catch (GpuLmException e)
        {
            return $"{e.Message} Training goes on, and the next checkpoint is tried in {settings.Folder.SaveEvery} steps.";
        }
    }
}
