using GpuLm.Checkpoints;
using GpuLm.Cli.Training.Arguments;
using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.Tokenization;

namespace GpuLm.Cli.Training;

/// <summary>Where a run's model comes from: drawn from the seed, read from another model, or from the run's own checkpoint.</summary>
/// <param name="Resume">The checkpoint that the run goes on from; nothing where it begins.</param>
/// <param name="Model">The folder of the model; nothing where it is drawn.</param>
/// <param name="Config">The model's shape; nothing where it is drawn.</param>
/// <param name="Tokenizer">The model's tokenizer; nothing where the text makes one.</param>
/// <param name="TokenizerName">How the model's tokenizer was asked for; nothing where the text makes one.</param>
sealed record RunOrigin(ResumePoint? Resume, string? Model, GptConfig? Config, ITokenizer? Tokenizer, string? TokenizerName)
{
    /// <summary>Finds what the settings name.</summary>
    /// <exception cref="GpuLmException">It is missing or damaged.</exception>
    public static RunOrigin Find(FolderSettings settings)
    {
        var point = settings.Resume is { } run ? ResumePoint.Find(run) : null;
        string? folder = point?.Folder ?? (settings.InitFrom is { } model ? ModelDirectory.Resolve(model) : null);
        if (folder is null) return new RunOrigin(null, null, null, null, null);
        var (config, tokenizer) = point is null ? ModelDirectory.Open(folder) : point.Read(() => ModelDirectory.Open(folder));
        return new RunOrigin(point, folder, config, tokenizer, point is null ? settings.InitFrom : point.TokenizerName);
    }

    /// <summary>The model that the run begins with; a checkpoint's parameters are read with the rest of the checkpoint.</summary>
    /// <exception cref="GpuLmException">The folder's parameters are missing, damaged, or of another model.</exception>
    public Gpt Create(ComputeDevice device, GptConfig config, ulong seed, ModelFormat format)
    {
        var model = new Gpt(device, config, Model is null ? seed : null, format);
        if (Model is not null && Resume is null)
        {
            ModelDirectory.ReadParameters(Model, model.Layout, (slot, values) => model.WriteParameters(slot, values));
        }
        return model;
    }
}
