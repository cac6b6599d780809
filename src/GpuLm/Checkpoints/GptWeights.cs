using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using GpuLm.Models;

namespace GpuLm.Checkpoints;

/// <summary>A GPT-2 model's parameters as a safetensors file with the names and shapes of the published models.</summary>
public static partial class GptWeights
{
    const string Prefix = "transformer.", Embedding = "wte.weight", TiedHead = "lm_head.weight";

    /// <summary>Writes all parameters.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="layout">The model's parameters.</param>
    /// <param name="read">Gives a parameter's elements.</param>
    public static void Save(string path, GptLayout layout, Func<ParameterSlot, float[]> read)
    {
        ArgumentNullException.ThrowIfNull(layout);
        SafetensorsWriter.Write(path, layout.Slots.Select(slot => (slot.Name, slot.Shape)), name => read(layout[name]));
    }

    /// <summary>The exact length of the file that <see cref="Save"/> would write.</summary>
    public static long Bytes(GptLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return SafetensorsWriter.Bytes(layout.Slots.Select(slot => (slot.Name, slot.Shape)));
    }

    /// <summary>
    /// Reads all parameters. Names may carry the prefix <c>transformer.</c>; the attention masks that old checkpoints hold are passed
    /// over, and so is <c>lm_head.weight</c> where it repeats the embedding that it is tied to.
    /// </summary>
    /// <param name="path">The safetensors file, or the index of several: a name that ends in <c>.json</c>.</param>
    /// <param name="layout">What the model's configuration asks for.</param>
    /// <param name="write">Takes a parameter's elements. It is called only after every name and shape was found right.</param>
    /// <exception cref="GpuLmException">A parameter is missing, too many or of another shape.</exception>
    public static void Load(string path, GptLayout layout, Action<ParameterSlot, float[]> write)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(write);
        using var file = Open(path);
        var tensors = TensorsOf(file, path, layout);
        if (tensors.TryGetValue(TiedHead, out var head) && !SameBits(file.Read(head.Name), file.Read(tensors[Embedding].Name)))
        {
            throw new GpuLmException(
                $"'{path}': {TiedHead} differs from {Embedding}. Only models that tie the two, as GPT-2 does, can be loaded.");
        }
        foreach (var slot in layout.Slots) write(slot, file.Read(tensors[slot.Name].Name));
    }

    /// <summary>Sees that a file holds all parameters by their names and shapes, without reading them.</summary>
    /// <param name="path">The safetensors file, or the index of several: a name that ends in <c>.json</c>.</param>
    /// <param name="layout">What the model's configuration asks for.</param>
    /// <exception cref="GpuLmException">A parameter is missing, too many or of another shape.</exception>
    public static void Require(string path, GptLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(path);
        using var file = Open(path);
        TensorsOf(file, path, layout);
    }

    static SafetensorsSet Open(string path) =>
        path.EndsWith(".json", StringComparison.Ordinal) ? SafetensorsSet.OpenIndex(path) : SafetensorsSet.OpenFile(path);

    static Dictionary<string, SafetensorsTensor> TensorsOf(SafetensorsSet file, string path, GptLayout layout)
    {
        var tensors = new Dictionary<string, SafetensorsTensor>();
        foreach (var tensor in file.Tensors)
        {
            string name = tensor.Name.StartsWith(Prefix, StringComparison.Ordinal) ? tensor.Name[Prefix.Length..] : tensor.Name;
            if (!tensors.TryAdd(name, tensor))
            {
                throw new GpuLmException($"'{path}' holds {name} twice, with the prefix {Prefix} and without. Remove one.");
            }
        }
        Check(path, layout, tensors);
        return tensors;
    }

    static void Check(string path, GptLayout layout, Dictionary<string, SafetensorsTensor> tensors)
    {
        const string Remedy = "The configuration beside it describes another model; take both files from one save.";
        string[] missing = [.. layout.Slots.Select(slot => slot.Name).Where(name => !tensors.ContainsKey(name))];
        if (missing.Length > 0) throw new GpuLmException($"'{path}' lacks {Some(missing)}. {Remedy}");
        var known = layout.Slots.Select(slot => slot.Name).Append(TiedHead).ToHashSet();
        string[] unknown = [.. tensors.Keys.Where(name => !known.Contains(name) && !MaskBuffer().IsMatch(name))];
        if (unknown.Length > 0) throw new GpuLmException($"'{path}' holds {Some(unknown)}, which the model does not have. {Remedy}");
        foreach (var slot in layout.Slots)
        {
            var shape = tensors[slot.Name].Shape;
            if (!shape.SequenceEqual(slot.Shape.Select(size => (long)size)))
            {
                throw new GpuLmException(
                    $"'{path}': {slot.Name} has the shape [{string.Join(", ", shape)}]; the model needs [{string.Join(", ", slot.Shape)}]. "
                    + Remedy);
            }
        }
    }

    static bool SameBits(float[] a, float[] b) => MemoryMarshal.AsBytes(a.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(b.AsSpan()));

    static string Some(string[] names) =>
        names.Length <= 3 ? string.Join(", ", names) : $"{string.Join(", ", names[..3])} and {names.Length - 3} more tensors";

    [GeneratedRegex(@"^h\.\d+\.attn\.(bias|masked_bias)$", RegexOptions.CultureInvariant)]
    private static partial Regex MaskBuffer();
}
