using System.CommandLine;
using GpuLm.Cli;
using GpuLm.Cli.Training;
using GpuLm.Cli.Training.Arguments;

namespace GpuLm.Tests.Cli.Config;

/// <summary>A configuration on disk, and what <c>gpulm train</c> makes of it.</summary>
sealed class ConfigFile : IDisposable
{
    readonly TemporaryFolder folder = new();

    public ConfigFile(string json) => File.WriteAllText(Path, json);

    public ConfigFile(byte[] bytes) => File.WriteAllBytes(Path, bytes);

    public string Path => folder["run.json"];

    /// <summary>The settings of the file, and the arguments after it.</summary>
    public (TrainSettings Settings, TrainConfig Resolved) Read(params string[] args)
    {
        using var output = new StringWriter();
        var (parsed, errors) = ConfiguredLine.Parse(
            CommandLine.Create(new Terminal(output, output, IsInteractive: false)), ["train", "--config", Path, .. args]);
        if (errors.Count > 0) throw new InvalidDataException(string.Join(Environment.NewLine, errors));
        var arguments = ((TrainCommand)parsed.CommandResult.Command).Settings;
        return (arguments.Read(parsed.CommandResult), TrainConfig.Resolve(arguments, parsed.CommandResult));
    }

    /// <summary>What <c>--print-config</c> does with it.</summary>
    public CliRun Print(params string[] args) => CliRun.Of(["train", "--config", Path, "--print-config", .. args]);

    public void Dispose() => folder.Dispose();
}
