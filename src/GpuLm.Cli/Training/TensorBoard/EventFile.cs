using System.Globalization;
using Google.Protobuf;
using GpuLm.Training;

namespace GpuLm.Cli.Training.TensorBoard;

/// <summary>
/// An event file that TensorBoard shows: each step's scalars under the names of <c>metrics.jsonl</c>, and samples as text. A run that is
/// resumed begins another file in the same folder, and TensorBoard then forgets what older files say about later steps.
/// </summary>
sealed class EventFile : IRunObserver, IDisposable
{
    const string Version = "brain.Event:2";
    readonly RecordFile file;
    bool started;

    /// <summary>Creates the file, and its folder where there is none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="tell">Hears that the file cannot be written any more.</param>
    /// <exception cref="GpuLmException">The folder cannot be written.</exception>
    public EventFile(string folder, Action<string>? tell = null)
    {
        try
        {
            Directory.CreateDirectory(folder);
            file = new RecordFile(FreshPath(folder), FileMode.CreateNew, FileShare.ReadWrite, tell);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GpuLmException(
                $"No event file can be written in '{folder}': {e.Message} Give --tensorboard a folder that can be written.", e);
        }
        Write(new Event { FileVersion = Version });
    }

    /// <inheritdoc/>
    public void OnStep(StepReport report)
    {
        Start(report.Step);
        var summary = new Summary();
        Add(summary, "loss", report.Loss);
        if (report.ValidationLoss is { } validation) Add(summary, "val_loss", validation);
        if (report.BitsPerByte is { } bits) Add(summary, "bits_per_byte", bits);
        Add(summary, "learning_rate", report.LearningRate);
        Add(summary, "grad_norm", report.GradientNorm);
        Add(summary, "tokens_per_second", report.TokensPerSecond);
        if (!double.IsNaN(report.FlopsUtilization)) Add(summary, "flops_utilization", report.FlopsUtilization);
        if (report.Skipped > 0) Add(summary, "skipped", report.Skipped);
        Write(new Event { Step = report.Step, Summary = summary });
    }

    /// <inheritdoc/>
    public void OnSample(TrainingSample sample)
    {
        Start(sample.Step);
        // TensorBoard takes a text for Markdown, in which four spaces keep it as it is.
        string text = "    " + sample.Shown.ReplaceLineEndings("\n    ");
        string prompt = sample.Prompt.Trim();
        var value = new Summary.Types.Value
        {
            Tag = $"sample/{(prompt == "" ? "a paragraph" : prompt)} (seed {sample.Seed})",
            Tensor = new TensorProto
            {
                Dtype = DataType.DtString, TensorShape = new TensorShapeProto(), StringVal = { ByteString.CopyFromUtf8(text) },
            },
            Metadata = new SummaryMetadata
            {
                PluginData = new SummaryMetadata.Types.PluginData { PluginName = "text" }, DataClass = DataClass.Tensor,
            },
        };
        Write(new Event { Step = sample.Step, Summary = new Summary { Value = { value } } });
    }

    /// <summary>Closes the file; a run that never began leaves none.</summary>
    public void Dispose()
    {
        file.Dispose();
        if (!started) File.Delete(file.Path);
    }

    void Start(int step)
    {
        if (started) return;
        started = true;
        Write(new Event { Step = step, SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } });
    }

    static void Add(Summary summary, string tag, double value) =>
        summary.Value.Add(new Summary.Types.Value { Tag = tag, SimpleValue = (float)value });

    void Write(Event what)
    {
        what.WallTime = (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
        file.Append(EventRecord.Of(what.ToByteArray()));
    }

    /// <summary>TensorBoard knows event files by "tfevents", and reads those of a folder in the order of their names.</summary>
    static string FreshPath(string folder)
    {
        long time = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        for (int number = 0; ; number++)
        {
            string name = string.Create(
                CultureInfo.InvariantCulture,
                $"events.out.tfevents.{time}.{Environment.MachineName}.{Environment.ProcessId}.{number}");
            string path = Path.Combine(folder, name);
            if (!File.Exists(path)) return path;
        }
    }
}
