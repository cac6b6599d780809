using System.Text.Json;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda;

namespace GpuLm.Kernels.MatMul.Cuda;

/// <summary>
/// Which configuration multiplies a class of products fastest on a device, as it was measured there. Kept as JSON under <c>tuning</c> in
/// <see cref="CacheFolder"/>: an object from <see cref="ProductClass"/> to the configuration's name. Without it launchers choose by a rule.
/// </summary>
public sealed class MatMulTuning
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    readonly SortedDictionary<string, string> names;

    MatMulTuning(string path, SortedDictionary<string, string> names) => (Path, this.names) = (path, names);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Classes that were measured.</summary>
    public int Count => names.Count;

    /// <summary>What was measured on a device; empty where nothing was.</summary>
    /// <param name="device">The device.</param>
    /// <param name="folder">Where the file lies; null for the user's cache folder.</param>
    /// <exception cref="InvalidDataException">The file is not what <see cref="Save"/> writes.</exception>
    public static MatMulTuning Load(CudaTraits device, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        string file = string.Concat(
            $"{device.Name}-{device.Architecture}".Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' ? c : '-'));
        string path = System.IO.Path.Combine(folder ?? System.IO.Path.Combine(CacheFolder.Path, "tuning"), file + ".json");
        try
        {
            return new(
                path, File.Exists(path) ? JsonSerializer.Deserialize<SortedDictionary<string, string>>(File.ReadAllText(path))! : []);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException(
                $"{path} is no table of tuned products: {exception.Message} Delete it, or run 'gpulm tune' again.", exception);
        }
    }

    /// <summary>The configuration of a class, or null where it was not measured.</summary>
    public string? Find(ProductClass product) => names.GetValueOrDefault(product.ToString());

    /// <summary>Notes the fastest configuration of a class.</summary>
    public void Set(ProductClass product, string configuration) => names[product.ToString()] = configuration;

    /// <summary>Writes the file.</summary>
    public void Save()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        string draft = $"{Path}.{Environment.ProcessId}";
        File.WriteAllText(draft, JsonSerializer.Serialize(names, Indented));
        File.Move(draft, Path, overwrite: true);
    }
}
