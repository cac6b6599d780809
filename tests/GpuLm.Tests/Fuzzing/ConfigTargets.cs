using System.Text;
using GpuLm.Cli;
using GpuLm.Cli.Training.Arguments;
using GpuLm.Tests.Cli;

namespace GpuLm.Tests.Fuzzing;

/// <summary>The reader of configurations.</summary>
static class ConfigTargets
{
    const string ByHand =
        """
        { // by hand
          "text": ["a", "b"], "batch": "auto", "total_batch": 64, "minutes": 0.5,
        }
        """;

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("train config", "run.json",
            [Encoding.UTF8.GetBytes(CliRun.Of("train", "--print-config").Out), Encoding.UTF8.GetBytes(ByHand)], Read,
            "batch", "auto", "text", "steps", "total_batch", "model", "$schema", "\\u0000", "\\ud800", "//", "1e400", "null"),
    ];

    static void Read(string path)
    {
        using var output = new StringWriter();
        ConfiguredLine.Parse(CommandLine.Create(new Terminal(output, output, IsInteractive: false)), ["train", "--config", path]);
    }
}
