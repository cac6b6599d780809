using GpuLm.Models;

namespace GpuLm.Checkpoints;

/// <summary>
/// AdamW's moments as a safetensors file: <c>first.NAME</c> and <c>second.NAME</c> for each parameter, in the parameter's shape.
/// </summary>
public static class OptimizerFile
{
    /// <summary>Its name in a checkpoint.</summary>
    public const string Name = "optimizer.safetensors";

    const string First = "first.", Second = "second.";

    /// <summary>Writes both moments, one tensor at a time.</summary>
    /// <param name="folder">The checkpoint's folder.</param>
    /// <param name="layout">The model's parameters.</param>
    /// <param name="first">Gives the first moment of a parameter.</param>
    /// <param name="second">Gives the second.</param>
    /// <exception cref="GpuLmException">The file cannot be written.</exception>
    public static void Save(string folder, GptLayout layout, Func<ParameterSlot, float[]> first, Func<ParameterSlot, float[]> second)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var moments = Moments(layout);
        SafetensorsWriter.Write(
            Path.Combine(folder, Name), moments.Select(moment => (moment.Key, moment.Value.Slot.Shape)),
            name => (moments[name].IsFirst ? first : second)(moments[name].Slot));
    }

    /// <summary>Reads both moments.</summary>
    /// <param name="folder">The checkpoint's folder.</param>
    /// <param name="layout">The model's parameters.</param>
    /// <param name="first">Takes the first moment of a parameter. It is called only after every name and shape was found right.</param>
    /// <param name="second">Takes the second.</param>
    /// <exception cref="GpuLmException">The file is missing, damaged, or of another model.</exception>
    public static void Load(string folder, GptLayout layout, Action<ParameterSlot, float[]> first, Action<ParameterSlot, float[]> second)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        string path = Path.Combine(folder, Name);
        var moments = Moments(layout);
        using var file = new SafetensorsFile(path);
        foreach (var (name, (slot, _)) in moments)
        {
            if (!file.Tensors.TryGetValue(name, out var tensor) || tensor.Type != "F32"
                || !tensor.Shape.SequenceEqual(slot.Shape.Select(size => (long)size)))
            {
                throw new GpuLmException(
                    $"'{path}' has no {name} of F32 [{string.Join(", ", slot.Shape)}], which the model needs. "
                    + "It is of another model; take the whole checkpoint from one save.");
            }
        }
        if (file.Tensors.Count != moments.Count)
        {
            throw new GpuLmException(
                $"'{path}' holds {file.Tensors.Count} tensors and the model has {moments.Count} moments. "
                + "It is of another model; take the whole checkpoint from one save.");
        }
        foreach (var (name, (slot, isFirst)) in moments) (isFirst ? first : second)(slot, file.Read(file.Tensors[name]));
    }

    /// <summary>The exact length of the file that <see cref="Save"/> would write.</summary>
    public static long Bytes(GptLayout layout) =>
        SafetensorsWriter.Bytes(Moments(layout).Select(moment => (moment.Key, moment.Value.Slot.Shape)));

    static Dictionary<string, (ParameterSlot Slot, bool IsFirst)> Moments(GptLayout layout) =>
        layout.Slots.SelectMany(slot => new[] { (Name: First + slot.Name, IsFirst: true), (Name: Second + slot.Name, IsFirst: false) }
            .Select(moment => (moment.Name, Slot: slot, moment.IsFirst)))
            .ToDictionary(moment => moment.Name, moment => (moment.Slot, moment.IsFirst));
}
