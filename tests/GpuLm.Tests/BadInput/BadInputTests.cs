using System.Diagnostics;
using System.Text.RegularExpressions;
using GpuLm.Cli;
using GpuLm.Tests.Cli;
using Xunit;
using Xunit.Sdk;

namespace GpuLm.Tests.BadInput;

/// <summary>Each case of the table through the command: one clear message, the right exit code, and nothing lost.</summary>
public sealed partial class BadInputTests(GoodFiles files) : IClassFixture<GoodFiles>
{
    public static TheoryData<string> Names => [.. BadInputTable.All.Select(bad => bad.Name)];

    [Theory, MemberData(nameof(Names))]
    public void One_message_says_what_is_wrong_and_what_to_do(string name) => Check(BadInputTable.All.Single(bad => bad.Name == name));

    [Fact]
    public void The_table_has_sixty_cases_and_no_name_twice()
    {
        Assert.True(BadInputTable.All.Count >= 60, $"{BadInputTable.All.Count} cases");
        Assert.Equal(BadInputTable.All.Count, BadInputTable.All.DistinctBy(bad => bad.Name).Count());
    }

    [Theory]
    [InlineData("a text that is missing")]
    [InlineData("a config.json that is not JSON")]
    [InlineData("--steps 0")]
    public async Task A_process_of_its_own_says_the_same(string name)
    {
        var bad = BadInputTable.All.Single(bad => bad.Name == name);
        using var folder = new TemporaryFolder();
        files.CopyTo(folder);
        bad.Arrange(folder);
        string[] line = [Path.Combine(AppContext.BaseDirectory, "GpuLm.Cli.dll"), .. bad.ArgumentsIn(folder)];
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", line) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        CheckMessage(bad, new CliRun(process.ExitCode, await output, error));
    }

    [Fact]
    public void A_case_without_a_fault_a_wrong_word_or_a_lost_file_turns_the_check_red()
    {
        var bad = new BadInput("sabotage", "evaluate --model DIR/nowhere --text DIR/text.txt", "no folder");
        Check(bad);
        Assert.ThrowsAny<XunitException>(() => Check(bad with { Line = "evaluate --model DIR/model --text DIR/text.txt --device cpu" }));
        Assert.ThrowsAny<XunitException>(() => Check(bad with { Says = ["no such words"] }));
        Assert.ThrowsAny<XunitException>(() => Check(bad with { ExitCode = CommandLine.Usage }));
        Assert.ThrowsAny<XunitException>(() => CheckMessage(bad, new CliRun(1, "", "error: no folder")));
        Assert.ThrowsAny<XunitException>(() => CheckMessage(bad, new CliRun(1, "", "error: no folder. Give one.\n   at GpuLm.Main()")));
        using var folder = new TemporaryFolder();
        folder.Write("file", "before");
        var before = FolderContent.Of(folder.Path);
        folder.Write("file", "beforE");
        Assert.ThrowsAny<XunitException>(() => CheckNothingIsLost(before, folder));
    }

    void Check(BadInput bad)
    {
        using var folder = new TemporaryFolder();
        files.CopyTo(folder);
        using var disk = bad.DiskBytes is int bytes ? Linux.SmallDisk(folder["disk"], bytes) : null;
        bad.Arrange(folder);
        var before = FolderContent.Of(folder.Path);
        var run = CliRun.Of(bad.ArgumentsIn(folder));
        CheckMessage(bad, run);
        CheckNothingIsLost(before, folder);
    }

    static void CheckMessage(BadInput bad, CliRun run)
    {
        string all = $"exit code {run.ExitCode}\n{run.Error}\n{run.Out}";
        Assert.True(run.ExitCode == bad.ExitCode, all);
        Assert.DoesNotMatch(StackTrace(), all);
        string[] lines = run.Error.TrimEnd().Split('\n');
        string[] errors = [.. lines.Where(line => line.StartsWith("error: ", StringComparison.Ordinal))];
        if (bad.ExitCode == CommandLine.Failure) Assert.Single(errors);
        else Assert.NotEmpty(errors);
        // What comes before tells the device; nothing comes after, save where a wrong command line finds its help.
        if (bad.ExitCode == CommandLine.Failure) Assert.Equal(errors[0], lines[^1]);
        Assert.All(errors, error => Assert.EndsWith(".", error, StringComparison.Ordinal));
        Assert.All(bad.Says, words => Assert.Contains(words, string.Join('\n', errors), StringComparison.Ordinal));
    }

    static void CheckNothingIsLost(Dictionary<string, string> before, TemporaryFolder folder)
    {
        var after = FolderContent.Of(folder.Path);
        Assert.All(before, file => Assert.Equal(file.Value, after.GetValueOrDefault(file.Key, "lost")));
        Assert.DoesNotContain(after.Keys, path => path.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^\s+at \S+\(|Exception|Unhandled", RegexOptions.Multiline)]
    private static partial Regex StackTrace();
}
