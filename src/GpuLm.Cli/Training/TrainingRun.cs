using GpuLm.Checkpoints;
using GpuLm.Generation;
using GpuLm.Models;
using GpuLm.Tokenization;
using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>One run: the trainer's steps, shown, recorded, sampled and saved.</summary>
sealed class TrainingRun(Trainer trainer, Gpt model, ITokenizer tokenizer, TrainingOptions options, string folder) : IDisposable
{
    const int SampleTokens = 400, FinalSamples = 3;
    const float SampleTemperature = 0.7f;
    readonly MetricsFile metrics = new(folder);
    readonly GptInference inference = new(model);
    ulong samples;

    /// <summary>Trains and saves.</summary>
    /// <returns>Whether the run came to its end; otherwise Ctrl-C stopped it.</returns>
    public bool Start(Terminal terminal)
    {
        var console = terminal.Rich();
        bool finished = false;
        if (terminal.IsInteractive && console.Profile.Capabilities.Ansi)
        {
            LivePanel.Start(console, options, display => finished = Train(display));
        }
        else finished = Train(new PlainDisplay(terminal.Out, options));
        return finished;
    }

    /// <summary>Writes what the trained model makes up.</summary>
    public void WriteSamples(TextWriter output)
    {
        for (int i = 0; i < FinalSamples; i++)
        {
            output.WriteLine();
            output.WriteLine(Sample());
        }
        output.WriteLine();
    }

    bool Train(ITrainingDisplay display)
    {
        using var interruption =
            new Interruption(() => display.Say("Stopping after this step, then saving. Ctrl-C again leaves at once, without saving."));
        trainer.Run(report => AfterStep(report, display), interruption.Token);
        Save(display, trainer.StepsDone);
        return !interruption.Token.IsCancellationRequested;
    }

    void AfterStep(StepReport report, ITrainingDisplay display)
    {
        metrics.Add(report);
        display.Show(report);
        if (IsDue(options.SaveEvery, report.Step)) Save(display, report.Step);
        if (IsDue(options.SampleEvery, report.Step)) display.Sample(Sample());
    }

    bool IsDue(int every, int step) => every > 0 && step % every == 0 && step < options.Steps;

    void Save(ITrainingDisplay display, int step)
    {
        ModelDirectory.Save(folder, model.Layout, model.ReadParameters, tokenizer);
        display.Say($"Saved step {step}.");
    }

    /// <summary>A paragraph by the model, begun where a paragraph begins.</summary>
    string Sample()
    {
        var generator = new TextGenerator(
            inference.NextTokenLogits, model.Config.ContextLength, new Sampler(SampleTemperature, seed: options.Seed + samples++));
        var stream = new Utf8Text();
        string text = "";
        foreach (int token in generator.Generate(ParagraphStart(), SampleTokens))
        {
            text += stream.Add(tokenizer.BytesOf(token));
            if (text.TrimStart().Contains("\n\n", StringComparison.Ordinal)) break;
        }
        return (text + stream.End()).Trim();
    }

    int[] ParagraphStart()
    {
        try
        {
            return tokenizer.Encode("\n\n");
        }
        catch (UnknownCharacterException)
        {
            // A text of one line: it may begin with any of its characters.
            return [0];
        }
    }

    public void Dispose()
    {
        inference.Dispose();
        metrics.Dispose();
    }
}
