using System.Globalization;
using System.Text;
using System.Text.Json;
using GpuLm.Evaluation;

namespace GpuLm.Cli.Evaluation;

/// <summary>What an evaluation found, as lines and as JSON.</summary>
sealed class EvaluationReport(string device, int context, int stride)
{
    public int Stride => stride;

    public TextScore? Text { get; set; }

    public List<(string Path, MultipleChoiceScore Score)> Tasks { get; } = [];

    public void Write(TextWriter output)
    {
        void Line(string name, FormattableString value) => output.WriteLine($"{name,-13}  {FormattableString.Invariant(value)}");
        Line("device", $"{device}");
        if (Text is { } text)
        {
            Line("text", $"{Count(text.Documents, "document")}; {Count(text.Tokens, "token")} predicted, {Count(text.Bytes, "byte")}");
            Line("windows", $"{Count(context, "token")}, stride {stride}");
            Line("loss", $"{text.Loss:0.0000} nats per token{Range(text)}");
            Line("perplexity", $"{text.Perplexity:0.000}");
            Line("bits per byte", $"{text.BitsPerByte:0.0000}");
        }
        foreach (var (path, score) in Tasks)
        {
            Line("task", $"{Path.GetFileName(path)}: {Count(score.Questions, "question")}, chance {100 * score.Chance:0.0} %");
            Line("acc", $"{Percent(score.Accuracy, score.AccuracyInterval)}");
            Line("acc_norm", $"{Percent(score.NormalisedAccuracy, score.NormalisedAccuracyInterval)}");
        }
    }

    public string Json()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("device", device);
            if (Text is not null) WriteText(json, Text);
            json.WriteStartArray("tasks");
            foreach (var (path, score) in Tasks) WriteTask(json, path, score);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    void WriteText(Utf8JsonWriter json, TextScore text)
    {
        json.WriteNumber("context", context);
        json.WriteNumber("stride", stride);
        json.WriteNumber("documents", text.Documents);
        json.WriteNumber("bytes", text.Bytes);
        json.WriteNumber("tokens", text.Tokens);
        json.WriteNumber("loss", text.Loss);
        Write(json, "loss_low", text.LossInterval?.Low);
        Write(json, "loss_high", text.LossInterval?.High);
        json.WriteString("loss_interval_of", text.Unit);
        Write(json, "perplexity", text.Perplexity);
        json.WriteNumber("bits_per_byte", text.BitsPerByte);
    }

    static void WriteTask(Utf8JsonWriter json, string path, MultipleChoiceScore score)
    {
        json.WriteStartObject();
        json.WriteString("task", path);
        json.WriteNumber("questions", score.Questions);
        json.WriteNumber("chance", score.Chance);
        json.WriteNumber("acc", score.Accuracy);
        json.WriteNumber("acc_low", score.AccuracyInterval.Low);
        json.WriteNumber("acc_high", score.AccuracyInterval.High);
        json.WriteNumber("acc_norm", score.NormalisedAccuracy);
        json.WriteNumber("acc_norm_low", score.NormalisedAccuracyInterval.Low);
        json.WriteNumber("acc_norm_high", score.NormalisedAccuracyInterval.High);
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is double number && double.IsFinite(number)) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }

    static string Range(TextScore text) => text.LossInterval is { } interval
        ? string.Create(CultureInfo.InvariantCulture, $" (95 %: {interval.Low:0.0000} to {interval.High:0.0000}, over {text.Unit})")
        : "";

    static string Percent(double share, Interval interval) => string.Create(
        CultureInfo.InvariantCulture, $"{100 * share:0.0} % (95 %: {100 * interval.Low:0.0} % to {100 * interval.High:0.0} %)");

    static string Count(long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");
}
