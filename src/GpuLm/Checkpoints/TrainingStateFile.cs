using System.Text.Json;
using System.Text.Json.Serialization;

namespace GpuLm.Checkpoints;

/// <summary>A <see cref="TrainingState"/> as <c>training_state.json</c>.</summary>
public static class TrainingStateFile
{
    /// <summary>Its name in a checkpoint.</summary>
    public const string Name = "training_state.json";

    // An unknown key would be a part of the run's state that this program cannot restore.
    static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true, AllowDuplicateProperties = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Writes the state into a checkpoint's folder.</summary>
    /// <exception cref="GpuLmException">The file cannot be written.</exception>
    public static void Write(string folder, TrainingState state) =>
        AtomicFile.Write(Path.Combine(folder, Name), stream => JsonSerializer.Serialize(stream, state, Format));

    /// <summary>Reads the state of a checkpoint.</summary>
    /// <exception cref="GpuLmException">The file is missing, damaged, or of another version.</exception>
    public static TrainingState Read(string folder)
    {
        string path = Path.Combine(folder, Name);
        if (!File.Exists(path))
        {
            throw new GpuLmException(
                $"The folder '{folder}' has no {Name}, so it is a model and no checkpoint of a run. "
                + "Train on from its weights with --init-from, or give --resume the folder of a run.");
        }
        try
        {
            var state = JsonSerializer.Deserialize<TrainingState>(File.ReadAllBytes(path), Format)
                ?? throw new JsonException("it holds nothing");
            if (state.FormatVersion != TrainingState.CurrentVersion)
            {
                throw new JsonException($"its version is {state.FormatVersion}, and this program reads {TrainingState.CurrentVersion}");
            }
            if (!IsPossible(state)) throw new JsonException("a count in it is out of range");
            return state;
        }
        catch (JsonException e)
        {
            throw new GpuLmException(
                $"'{path}' is no state of a run that can be resumed: {e.Message.TrimEnd('.')}. Resume from another checkpoint.", e);
        }
    }

    static bool IsPossible(TrainingState state) =>
        state.Updates >= 0 && state.Updates <= state.Step && state.Tokens >= 0
        && state.Seconds >= 0 && state.Seconds <= TimeSpan.MaxValue.TotalSeconds
        && (state.Judge is not { } judge || (judge.InARow >= 0 && judge.InARow <= judge.Skipped && judge.Skipped <= state.Step));
}
