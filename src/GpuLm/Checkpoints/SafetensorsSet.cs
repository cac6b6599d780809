using System.Text.Json;

namespace GpuLm.Checkpoints;

/// <summary>
/// The tensors of a model: of one safetensors file, or of several with the index that Hugging Face writes beside them
/// (<c>model.safetensors.index.json</c>: its <c>weight_map</c> says which file holds which tensor).
/// </summary>
public sealed class SafetensorsSet : IDisposable
{
    /// <summary>As much as the format allows the header of one file, which says more about each tensor.</summary>
    const long MostIndexBytes = SafetensorsHeader.MaxLength;

    readonly string path;
    readonly List<SafetensorsFile> files = [];
    readonly Dictionary<string, (SafetensorsFile File, SafetensorsTensor Tensor)> tensors = [];

    SafetensorsSet(string path) => this.path = path;

    /// <summary>The tensors by name.</summary>
    public IEnumerable<SafetensorsTensor> Tensors => tensors.Values.Select(place => place.Tensor);

    /// <summary>Opens one file.</summary>
    /// <exception cref="GpuLmException">The file is missing or is no valid safetensors file.</exception>
    public static SafetensorsSet OpenFile(string path)
    {
        var set = new SafetensorsSet(path);
        set.Add(path);
        return set;
    }

    /// <summary>Opens all files that an index names, and checks that it is right about each of their tensors.</summary>
    /// <exception cref="GpuLmException">
    /// The index or one of its files is missing or damaged, a tensor is not where the index says, or is in two files.
    /// </exception>
    public static SafetensorsSet OpenIndex(string path)
    {
        var map = ReadWeightMap(path);
        var set = new SafetensorsSet(path);
        try
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            foreach (string shard in map.Values.Distinct().Order(StringComparer.Ordinal))
            {
                string file = Path.Combine(folder, shard);
                if (!File.Exists(file))
                {
                    throw new GpuLmException($"'{path}' names the file {shard}, which is not beside it. Download that file, too.");
                }
                set.RequireMapped(set.Add(file), shard, map);
            }
            string[] missing = [.. map.Keys.Where(name => !set.tensors.ContainsKey(name)).Order(StringComparer.Ordinal)];
            if (missing.Length > 0) throw set.Wrong($"it says that {map[missing[0]]} holds {missing[0]}, which it does not");
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    /// <summary>Reads a tensor of type F32, F16 or BF16.</summary>
    /// <exception cref="GpuLmException">The tensor has another type, or more elements than an array may have.</exception>
    /// <exception cref="KeyNotFoundException">There is no tensor of that name.</exception>
    public float[] Read(string name) => tensors[name].File.Read(tensors[name].Tensor);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in files) file.Dispose();
    }

    SafetensorsFile Add(string file)
    {
        var opened = new SafetensorsFile(file);
        files.Add(opened);
        foreach (var tensor in opened.Tensors.Values)
        {
            if (!tensors.TryAdd(tensor.Name, (opened, tensor))) throw Wrong($"two of its files hold {tensor.Name}");
        }
        return opened;
    }

    void RequireMapped(SafetensorsFile file, string shard, Dictionary<string, string> map)
    {
        foreach (string name in file.Tensors.Keys)
        {
            if (!map.TryGetValue(name, out string? mapped)) throw Wrong($"it does not mention {name}, which {shard} holds");
            if (mapped != shard) throw Wrong($"it says that {mapped} holds {name}, and {shard} does");
        }
    }

    GpuLmException Wrong(string fault) => new($"'{path}' does not fit its files: {fault}. Take all of them from one save.");

    static Dictionary<string, string> ReadWeightMap(string path)
    {
        var map = new Dictionary<string, string>();
        try
        {
            long length = new FileInfo(path).Length;
            if (length > MostIndexBytes) throw new FormatException($"it has {length} bytes; an index has at most {MostIndexBytes}");
            using var document = JsonDocument.Parse(
                File.ReadAllBytes(path), new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("weight_map", out var entries) || entries.ValueKind != JsonValueKind.Object)
            {
                throw new FormatException("it has no weight_map");
            }
            foreach (var entry in entries.EnumerateObject())
            {
                string? file = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString() : null;
                // A name with a folder in it could lead anywhere on this machine.
                if (string.IsNullOrEmpty(file) || file.AsSpan().ContainsAny('/', '\\', '\0') || file is "." or "..")
                {
                    throw new FormatException($"the file of {entry.Name} is '{file}', and it must be a name beside the index");
                }
                map.Add(entry.Name, file);
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw new GpuLmException(
                $"'{path}' is not a valid index of safetensors files: {e.Message.TrimEnd('.')}. Save or download it again.", e);
        }
        return map;
    }
}
