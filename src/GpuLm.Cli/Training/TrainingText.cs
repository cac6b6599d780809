using System.Globalization;
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
/// <param name="HeldOut">The part that does not train; nothing where the text is generated.</param>
sealed record TrainingText(string Name, string Description, string Prompt, TokenDataset Data, byte[]? HeldOut)
{
    /// <summary>Reads the user's text, or opens the built-in stories.</summary>
    /// <param name="settings">Which text.</param>
    /// <param name="tokenizer">The tokenizer of a model that is there already; nothing makes the one that the settings name.</param>
    public static TrainingText Open(TextSettings settings, ITokenizer? tokenizer = null)
    {
        if (settings.Paths.Count == 0)
        {
            return new TrainingText(
                "stories", "built-in stories that never repeat", "Anna has",
                tokenizer is null ? StoryWorld.Dataset(settings.Tokenizer) : StreamDataset.Create(new StoryWorld(), tokenizer), null);
        }
        byte[] utf8 = TextSource.Read(settings.Paths);
        int cut = TextDataset.Cut(utf8);
        string size = string.Create(CultureInfo.InvariantCulture, $"{cut:N0} bytes to train on, {utf8.Length - cut:N0} held out");
        return new TrainingText(
            Path.GetFileNameWithoutExtension(settings.Paths[0].TrimEnd('/', '\\')),
            $"{string.Join(", ", settings.Paths)}: {size}",
            "The ",
            TextDataset.Create(utf8, tokenizer ?? Tokenizers.Create(settings.Tokenizer, [utf8])),
            utf8[cut..]);
    }
}
