using System.CommandLine.Parsing;
using GpuLm.Models;

namespace GpuLm.Cli.Training.Arguments;

/// <summary>The options that say how large the model is: a preset, and what differs from it.</summary>
sealed class ModelArguments
{
    const string DefaultPreset = "nano";

    public ModelArguments()
    {
        Setting<int> Size(string name, string description, Func<GptConfig, int> ofPreset, int most) => Setting.Number(
            name, description, result => ofPreset(GptConfig.FromPreset(Model.Of(result), vocabularySize: 1)), "the model's", 1, most: most);
        Layers = Size("layers", "Transformer blocks.", preset => preset.Layers, GptConfig.MostLayers);
        Heads = Size("heads", "Attention heads in a block; they divide the channels.", preset => preset.Heads, GptConfig.MostHeads);
        Channels = Size("channels", "Width of the model.", preset => preset.Channels, GptConfig.MostChannels);
        Context = Size("context", "Tokens that the model sees at once.", preset => preset.ContextLength, GptConfig.MostContext);
    }

    public Setting<string> Model { get; } = Setting.Choice(
        "model", "Size of the model.", GptConfig.Presets.Keys.ToDictionary(name => name), DefaultPreset);

    public Setting<int> Layers { get; }

    public Setting<int> Heads { get; }

    public Setting<int> Channels { get; }

    public Setting<int> Context { get; }

    public IEnumerable<Setting> All => [Model, Layers, Heads, Channels, Context];

    /// <summary>The model; its vocabulary is not known before the text is read, and is 1 here.</summary>
    public GptConfig Read(CommandResult result) =>
        new(Layers.Of(result), Heads.Of(result), Channels.Of(result), Context.Of(result), VocabularySize: 1);

    public void Check(CommandResult result)
    {
        try
        {
            Read(result).Validate();
        }
        catch (ArgumentException e)
        {
            result.AddError(e.Message);
        }
        catch (InvalidOperationException)
        {
            // An option's value is wrong; its own check, which comes after this one, says so.
        }
    }
}
