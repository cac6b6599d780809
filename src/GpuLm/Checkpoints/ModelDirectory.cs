using GpuLm.Models;
using GpuLm.Tokenization;

namespace GpuLm.Checkpoints;

/// <summary>A trained model as a folder in the layout of Hugging Face's GPT-2: its shape, its parameters, its tokenizer.</summary>
public static class ModelDirectory
{
    /// <summary>The names of the three files, and of the index that published folders with several files of weights have.</summary>
    public const string ConfigName = "config.json", WeightsName = "model.safetensors", TokenizerName = TokenizerFile.FileName,
        WeightsIndexName = "model.safetensors.index.json";

    /// <summary>PyTorch's own format, which is a program more than data.</summary>
    const string PickledName = "pytorch_model.bin";

    /// <summary>
    /// Writes the three files, the configuration last: a folder that has it is whole. Saving again replaces them; whoever reads meanwhile,
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
        ArgumentNullException.ThrowIfNull(tokenizer);
        Directory.CreateDirectory(folder);
        GptWeights.Save(Path.Combine(folder, WeightsName), layout, read);
        AtomicFile.WriteText(Path.Combine(folder, TokenizerName), TokenizerFile.ToJson(tokenizer));
        ModelConfigFile.Write(Path.Combine(folder, ConfigName), layout.Config, tokenizer.EndOfText);
    }

    /// <summary>Copies the three files of a saved model, as <see cref="Save"/> writes them.</summary>
    /// <exception cref="GpuLmException">A file cannot be read, or the folder cannot be written.</exception>
    public static void Copy(string from, string folder)
    {
        foreach (string name in (string[])[WeightsName, TokenizerName, ConfigName])
        {
            AtomicFile.Write(Path.Combine(folder, name), stream =>
            {
                using var source = File.OpenRead(Path.Combine(from, name));
                source.CopyTo(stream);
            });
        }
    }

    /// <summary>Removes the three files, after which the folder of a run stands for its latest checkpoint again.</summary>
    public static void Remove(string folder)
    {
        foreach (string name in (string[])[ConfigName, TokenizerName, WeightsName]) File.Delete(Path.Combine(folder, name));
    }

    /// <summary>
    /// Reads a model's shape and tokenizer, for which GPT-2's own two files will do, and sees that its parameters are there, in their
    /// shapes.
    /// </summary>
    /// <param name="folder">A model's folder, or a run's: see <see cref="Resolve"/>.</param>
    /// <exception cref="GpuLmException">The folder or one of its files is missing, damaged, or not of one model.</exception>
    public static (GptConfig Config, ITokenizer Tokenizer) Open(string folder)
    {
        folder = Resolve(folder);
        if (!File.Exists(Path.Combine(folder, ConfigName))) throw Lacks(folder, ConfigName);
        string vocabulary = TokenizerFile.FindIn(folder) ?? throw Lacks(folder, $"{TokenizerName}, nor vocab.json with merges.txt");
        string weights = Weights(folder);
        var config = ModelConfigFile.Read(Path.Combine(folder, ConfigName));
        var tokenizer = TokenizerFile.Load(vocabulary);
        if (tokenizer.VocabularySize != config.VocabularySize)
        {
            throw new GpuLmException(
                $"'{folder}': {Path.GetFileName(vocabulary)} has {tokenizer.VocabularySize} tokens and "
                + $"{ConfigName} says vocab_size {config.VocabularySize}. "
                + "Take both files from one save.");
        }
        // Before a caller allocates what the configuration says.
        GptWeights.Require(weights, new GptLayout(config));
        return (config, tokenizer);
    }

    /// <summary>Reads a model's parameters, from one file or from several with an index.</summary>
    /// <param name="folder">A model's folder, or a run's: see <see cref="Resolve"/>.</param>
    /// <param name="layout">The parameters that the folder's configuration asks for.</param>
    /// <param name="write">Takes a parameter's elements.</param>
    /// <exception cref="GpuLmException">The file is missing, damaged, or of another model.</exception>
    public static void ReadParameters(string folder, GptLayout layout, Action<ParameterSlot, float[]> write) =>
        GptWeights.Load(Weights(Resolve(folder)), layout, write);

    /// <summary>
    /// The folder that holds a model: the given one, or, where that is a run that has not ended, the run's latest checkpoint.
    /// </summary>
    /// <exception cref="GpuLmException">The folder is missing, or its latest checkpoint is.</exception>
    public static string Resolve(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new GpuLmException($"There is no folder '{folder}'. Give the folder that 'gpulm train' wrote its run to.");
        }
        return Path.Exists(Path.Combine(folder, ConfigName)) ? folder : CheckpointStore.FindLatest(folder) ?? folder;
    }

    static string Weights(string folder) =>
        new[] { WeightsName, WeightsIndexName }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
        ?? throw (File.Exists(Path.Combine(folder, PickledName))
            ? new GpuLmException(
                $"The folder '{folder}' has its parameters in {PickledName} and no {WeightsName}. Save them in that format: "
                + "model.save_pretrained(folder, safe_serialization=True) of Hugging Face's transformers.")
            : Lacks(folder, WeightsName));

    static GpuLmException Lacks(string folder, string name) => new(
        $"The folder '{folder}' has no {name}, so it holds no whole model. "
        + "Give the folder of a run that was saved, or of a GPT-2 model with all its files.");
}
