using GpuLm.Cli.Training.Arguments;
using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>One run: the trainer's steps, shown, recorded, sampled and saved.</summary>
sealed class TrainingRun(
    Trainer trainer, TrainSettings settings, RunSampler sampler, RunCheckpoints checkpoints, RunRecorders recorders)
{
    float? lastValidation;
    bool lastIsFaulty;

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
        recorders.Tell = observers.OnMessage;
        using var interruption = new Interruption(
            () => display.OnMessage("Stopping after this step, then saving. Ctrl-C again leaves at once, without saving."));
        trainer.Run(report => AfterStep(report, observers), interruption.Token);
        bool isEnd = interruption.ExitCode == CommandLine.Success;
        if (lastIsFaulty) lastValidation ??= (float)trainer.Validate();
        if (lastValidation is { } loss && !float.IsFinite(loss))
        {
            if (isEnd)
            {
                throw new GpuLmException($"{Unfit(loss)} Train with a lower --learning-rate, a longer --warmup or a tighter --clip.");
            }
            observers.OnMessage(Unfit(loss));
            return interruption.ExitCode;
        }
        observers.OnMessage(checkpoints.Save(lastValidation, keepOlder: lastIsFaulty));
        if (isEnd) RunCheckpoints.Publish(checkpoints.Folder);
        return interruption.ExitCode;
    }

    /// <summary>Weights that make nothing finite any more must not take the place of good ones.</summary>
    string Unfit(float loss) =>
        $"Step {trainer.StepsDone} is not saved: the model's loss on held-out text is {loss}. "
        + "Checkpoints of earlier steps are as they were.";

    void AfterStep(StepReport report, IRunObserver observers)
    {
        observers.OnStep(report);
        if (IsDue(settings.Watch.SampleEvery, report.Step))
        {
            Sample(report.Step, observers);
        }
        (lastValidation, lastIsFaulty) = (report.ValidationLoss, report.Fault == StepFault.NotFinite);
        // Last: what a saved step's samples are is then on the disk, too.
        // Weights that may be at fault must not take the place of good ones.
        if (!lastIsFaulty && IsDue(settings.Folder.SaveEvery, report.Step)) observers.OnMessage(TrySave());
    }

    /// <summary>Shows what the model makes up. A model that makes up nothing any more does not end the run: its steps tell more.</summary>
    void Sample(int step, IRunObserver observers)
    {
        try
        {
            foreach (var sample in sampler.At(step)) observers.OnSample(sample);
        }
        catch (GpuLmException e)
        {
            observers.OnMessage($"No sample of step {step}: {e.Message}");
        }
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
            float loss = lastValidation ?? (float)trainer.Validate();
            return float.IsFinite(loss) ? checkpoints.Save(loss) : Unfit(loss);
        }
        catch (GpuLmException e)
        {
            return $"{e.Message} Training goes on, and the next checkpoint is tried in {settings.Folder.SaveEvery} steps.";
        }
    }
}
