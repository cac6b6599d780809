using System.CommandLine.Parsing;
using GpuLm.Cli;

namespace GpuLm.Tests.BadInput;

/// <summary>Something that a user gets wrong, and what the command has to say about it.</summary>
/// <param name="Name">What is wrong; no two cases share it.</param>
/// <param name="Line">The command line. DIR stands for a folder that holds what <see cref="GoodFiles"/> says.</param>
/// <param name="Says">Words of the message: what is wrong, and the remedy.</param>
sealed record BadInput(string Name, string Line, params string[] Says)
{
    /// <summary>Damages the folder before the command runs.</summary>
    public Action<TemporaryFolder> Arrange { get; init; } = _ => { };

    /// <summary>If set, DIR/disk is a disk of so many bytes.</summary>
    public int? DiskBytes { get; init; }

    /// <summary>How the command exits.</summary>
    public int ExitCode { get; init; } = CommandLine.Failure;

    /// <summary>A case in which the command line itself is wrong.</summary>
    public static BadInput Usage(string name, string line, params string[] says) => new(name, line, says) { ExitCode = CommandLine.Usage };

    /// <summary>The arguments, with the folder's path in place of DIR.</summary>
    public string[] ArgumentsIn(TemporaryFolder folder) =>
        [.. CommandLineParser.SplitCommandLine(Line).Select(word => word.Replace("DIR", folder.Path, StringComparison.Ordinal))];

    public override string ToString() => Name;
}
