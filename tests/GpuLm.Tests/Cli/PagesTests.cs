using System.CommandLine;
using System.CommandLine.Parsing;
using GpuLm.Cli;
using Xunit;

namespace GpuLm.Tests.Cli;

/// <summary>The pages promise command lines; each must be one that the command understands.</summary>
public sealed class PagesTests
{
    const string LongForm = "dotnet run -c Release --project src/GpuLm.Cli --";

    static List<string> CommandLines() =>
        [.. File.ReadLines(Pages.Main).Concat(File.ReadLines(Pages.Command))
            .Select(line => line.Trim().TrimStart('$', ' ').Replace(LongForm, "gpulm", StringComparison.Ordinal))
            .Where(line => line.StartsWith("gpulm ", StringComparison.Ordinal))
            .Select(line => line["gpulm ".Length..])];

    [Fact]
    public void Every_command_line_of_the_pages_is_understood()
    {
        using var output = new StringWriter();
        var command = CommandLine.Create(new Terminal(output, output, IsInteractive: false));
        var lines = CommandLines();
        foreach (string name in (string[])["devices", "train", "generate", "evaluate"])
        {
            Assert.Contains(lines, line => line.StartsWith(name, StringComparison.Ordinal));
        }
        foreach (string line in lines)
        {
            var errors = command.Parse([.. CommandLineParser.SplitCommandLine(line)]).Errors;
            Assert.True(errors.Count == 0, $"gpulm {line}: {string.Join(" ", errors.Select(error => error.Message))}");
        }
    }

    [Fact]
    public void A_command_line_that_is_not_understood_is_noticed()
    {
        using var output = new StringWriter();
        var command = CommandLine.Create(new Terminal(output, output, IsInteractive: false));
        Assert.NotEmpty(command.Parse([.. CommandLineParser.SplitCommandLine("train --stpes 5")]).Errors);
    }

    [Fact]
    public void The_first_command_is_training_and_the_second_is_the_tests()
    {
        string[] commands =
        [
            .. File.ReadLines(Pages.Main)
                .Select(line => line.Trim())
                .Where(line => line.StartsWith("dotnet ", StringComparison.Ordinal)),
        ];
        Assert.Equal($"{LongForm} train", commands[0]);
        Assert.StartsWith("dotnet test", commands[1], StringComparison.Ordinal);
    }
}
