using System.Text.Json;

namespace GpuLm.Bench.Results;

/// <summary>A suite's result as JSON, <c>FOLDER/SUITE.json</c>.</summary>
public static class SuiteFile
{
    /// <summary>The suites, in the order of a report.</summary>
    public static IReadOnlyList<string> Suites { get; } = ["kernels", "step", "scaling", "peers"];

    /// <summary>Where a suite's result lies in a folder.</summary>
    public static string PathIn(string folder, string suite) => Path.Combine(folder, suite + ".json");

    /// <summary>Writes a result into a folder, which is created.</summary>
    public static void Write(string folder, SuiteResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        Directory.CreateDirectory(folder);
        File.WriteAllText(PathIn(folder, result.Suite), ToJson(result) + "\n");
    }

    /// <summary>A result as the text of its file.</summary>
    public static string ToJson(SuiteResult result) => JsonSerializer.Serialize(result, BenchJson.Options);

    /// <summary>Reads a result.</summary>
    /// <exception cref="GpuLmException">The file is missing or no suite's result.</exception>
    public static SuiteResult Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<SuiteResult>(File.ReadAllText(path), BenchJson.Options)
                ?? throw new GpuLmException($"{path} holds nothing. Name a result that a benchmark wrote.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new GpuLmException($"{path} is no result of a benchmark: {e.Message}");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new GpuLmException($"There is no {path}. Name a file that a benchmark wrote, or run the benchmark first.");
        }
    }
}
