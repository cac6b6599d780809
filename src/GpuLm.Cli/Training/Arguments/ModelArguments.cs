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
            name, description, result => ofPreset(Loaded ?? GptConfig.FromPreset(Model.Of(result), vocabularySize: 1)), "the model's", 1,
            most: most);
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

    /// <summary>The shape of a model that is there already, which goes before the preset's.</summary>
    public GptConfig? Loaded { get; private set; }

    public IEnumerable<Setting> All => [Model, Layers, Heads, Channels, Context];

    /// <summary>The model; its vocabulary is not known before the text is read, and is 1 here.</summary>
    public GptConfig Read(CommandResult result) =>
        new(Layers.Of(result), Heads.Of(result), Channels.Of(result), Context.Of(result), VocabularySize: 1);

    /// <summary>Takes the shape of a model that is there already.</summary>
    /// <exception cref="GpuLmException">The settings ask for another.</exception>
    public void Load(GptConfig loaded, CommandResult result)
    {
        var asked = Read(result);
        if (All.Any(setting => setting.Given(result)) && Sizes(asked) != Sizes(loaded))
        {
            throw new GpuLmException(
                $"The model that the run begins with has {RunDescription.Shape(loaded)}, and it is asked to have "
                + $"{RunDescription.Shape(asked)}. Leave out {string.Join(", ", All.Select(setting => setting.Option.Name))}, "
                + "or begin a new model.");
        }
        Loaded = loaded;
    }

    static (int, int, int, int) Sizes(GptConfig config) => (config.Layers, config.Heads, config.Channels, config.ContextLength);

    /// <exception cref="InvalidOperationException">A value is wrong.</exception>
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
    }
}
