using System.Globalization;
using GpuLm.Checkpoints;
using GpuLm.Cli.Data;
using GpuLm.Cli.Training.Arguments;
using GpuLm.Data;
using GpuLm.Lab.Worlds;
using GpuLm.Tokenization;

namespace GpuLm.Cli.Training;

/// <summary>The text of a run.</summary>
/// <param name="Name">A short name, for the run's folder.</param>
/// <param name="Description">What it is, for the user.</param>
/// <param name="Data">Its tokens.</param>
/// <param name="Prompt">Something that a model trained on it can continue.</param>
sealed record TrainingText(string Name, string Description, string Prompt, TokenDataset Data) : IDisposable
{
    /// <summary>The part of a text that a run held out, as its folder keeps it for <c>gpulm evaluate</c>.</summary>
    public const string HeldOutName = "held-out.txt";

    /// <summary>Reads the user's text, or opens the built-in stories.</summary>
    /// <param name="settings">Which text.</param>
    /// <param name="terminal">Where progress and notices are shown.</param>
    /// <param name="tokenizer">The tokenizer of a model that is there already; nothing makes the one that the settings name.</param>
    public static TrainingText Open(TextSettings settings, Terminal terminal, ITokenizer? tokenizer = null)
    {
        if (settings.Paths.Count == 0)
        {
            return new TrainingText(
                "stories", "built-in stories that never repeat", "Anna has",
                tokenizer is null ? StoryWorld.Dataset(settings.Tokenizer) : StreamDataset.Create(new StoryWorld(), tokenizer));
        }
        var data = CorpusText.Open(settings, terminal, tokenizer);
        string size = data.TrainingBytes > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{data.TrainingBytes:N0} bytes to train on, {data.ValidationBytes:N0} held out")
            : string.Create(
                CultureInfo.InvariantCulture, $"{data.TrainingTokens:N0} tokens to train on, {data.ValidationTokens:N0} held out");
        return new TrainingText(NameOf(settings.Paths[0]), $"{string.Join(", ", settings.Paths)}: {size}", "The ", data);
    }

    /// <summary>Writes the held-out text into a run's folder; built-in stories need none.</summary>
    public void WriteHeldOut(string folder, Terminal terminal)
    {
        if (Data is not CorpusDataset) return;
        bool whole = true;
        AtomicFile.Write(Path.Combine(folder, HeldOutName), stream => whole = HeldOutText.Write(stream, Data));
        if (!whole)
        {
            terminal.Out.WriteLine($"{HeldOutName} has the first {Units.Bytes(HeldOutText.MostBytes)} of the held-out text.");
        }
    }

    public void Dispose() => Data.Dispose();

    /// <summary>A file's name without its endings, a folder's name, or a word for what has neither.</summary>
    static string NameOf(string path)
    {
        string name = Path.GetFileName(path.TrimEnd('/', '\\')).Split('.')[0];
        return name.Length == 0 || name.AsSpan().ContainsAny('*', '-') ? "text" : name;
    }
}
