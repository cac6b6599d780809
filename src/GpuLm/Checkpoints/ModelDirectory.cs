using System.Text;
using GpuLm.Models;
using GpuLm.Tokenization;

namespace GpuLm.Checkpoints;

/// <summary>A trained model as a folder in the layout of Hugging Face's GPT-2: its shape, its parameters, its tokenizer.</summary>
public static class ModelDirectory
{
    /// <summary>The names of the three files.</summary>
    public const string ConfigName = "config.json", WeightsName = "model.safetensors", TokenizerName = TokenizerFile.FileName;

    /// <summary>
    /// Writes the three files, the parameters last: a folder that holds them is whole. Saving again replaces them; whoever reads meanwhile,
    /// or after the machine stopped, finds the old or the new parameters.
    /// </summary>
    /// <param name="folder">The folder; it is created where it is missing.</param>
    /// <param name="layout">The model's parameters.</param>
    /// <param name="read">Gives a parameter's elements.</param>
    /// <param name="tokenizer">The tokenizer of the model's vocabulary.</param>
    /// <exception cref="GpuLmException">The folder cannot be written.</exception>
    public static void Save(string folder, GptLayout layout, Func<ParameterSlot, float[]> read, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Directory.CreateDirectory(folder);
        ModelConfigFile.Write(Path.Combine(folder, ConfigName), layout.Config, tokenizer.EndOfText);
        AtomicFile.Write(
            Path.Combine(folder, TokenizerName), stream => stream.Write(Encoding.UTF8.GetBytes(TokenizerFile.ToJson(tokenizer))));
        GptWeights.Save(Path.Combine(folder, WeightsName), layout, read);
    }

    /// <summary>Reads a model's shape and tokenizer, and sees that its parameters are there.</summary>
    /// <exception cref="GpuLmException">The folder or one of its files is missing, damaged, or not of one model.</exception>
    public static (GptConfig Config, ITokenizer Tokenizer) Open(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new GpuLmException($"There is no folder '{folder}'. Give the folder that 'gpulm train' wrote its run to.");
        }
        foreach (string name in (string[])[ConfigName, TokenizerName, WeightsName])
        {
            if (!File.Exists(Path.Combine(folder, name)))
            {
                throw new GpuLmException(
                    $"The folder '{folder}' has no {name}, so it holds no whole model. Give the folder of a run that was saved.");
            }
        }
        var config = ModelConfigFile.Read(Path.Combine(folder, ConfigName));
        var tokenizer = TokenizerFile.Load(Path.Combine(folder, TokenizerName));
        if (tokenizer.VocabularySize != config.VocabularySize)
        {
            throw new GpuLmException(
                $"'{folder}': {TokenizerName} has {tokenizer.VocabularySize} tokens and "
                + $"{ConfigName} says vocab_size {config.VocabularySize}. "
                + "Take both files from one save.");
        }
        return (config, tokenizer);
    }

    /// <summary>Reads a model's parameters.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="layout">The parameters that the folder's configuration asks for.</param>
    /// <param name="write">Takes a parameter's elements.</param>
    /// <exception cref="GpuLmException">The file is missing, damaged, or of another model.</exception>
    public static void ReadParameters(string folder, GptLayout layout, Action<ParameterSlot, float[]> write) =>
        GptWeights.Load(Path.Combine(folder, WeightsName), layout, write);
}
