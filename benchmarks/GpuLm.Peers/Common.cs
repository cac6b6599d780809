using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GpuLm.Peers;

/// <summary>Options that several commands have.</summary>
static class Common
{
    static readonly JsonSerializerOptions Options =
        new() { WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static Option<int> Threads() =>
        new("--threads") { Description = "Threads of every side.", DefaultValueFactory = _ => Environment.ProcessorCount };

    public static Option<int> Rounds(int rounds) =>
        new("--rounds") { Description = "Timed rounds of each side.", DefaultValueFactory = _ => rounds };

    public static Option<FileInfo?> Json() => new("--json") { Description = "File for the same figures as JSON." };

    public static void Write(FileInfo file, object report)
    {
        file.Directory?.Create();
        File.WriteAllText(file.FullName, JsonSerializer.Serialize(report, Options) + "\n");
    }
}
