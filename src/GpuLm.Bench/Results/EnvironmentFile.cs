using System.Text.Json;

namespace GpuLm.Bench.Results;

/// <summary>A run's environment as JSON, <c>FOLDER/environment.json</c>: beside the tables, for whoever wants to repeat them.</summary>
public static class EnvironmentFile
{
    /// <summary>The file's name.</summary>
    public const string Name = "environment.json";

    /// <summary>Writes it into a folder, which is created.</summary>
    public static void Write(string folder, RunEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, Name), JsonSerializer.Serialize(environment, BenchJson.Options) + "\n");
    }
}
