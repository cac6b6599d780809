using System.Diagnostics;
using System.Reflection;
using System.Reflection.Emit;
using GpuLm.Bench.Results;
using GpuLm.Tests;
using Xunit;

namespace GpuLm.Bench.Tests.Results;

/// <summary>Figures are kept only of code that a commit holds.</summary>
public class SourceStateTests
{
    [Fact]
    public void A_clean_work_tree_at_the_commit_that_was_built_is_accepted()
    {
        using var folder = new TemporaryFolder();
        string commit = Repository(folder);
        SourceState.Require(commit, folder["bin"], [Built(debug: false)]);
    }

    [Fact]
    public void Ignored_files_and_results_do_not_count()
    {
        using var folder = new TemporaryFolder();
        string commit = Repository(folder);
        folder.Write("bin/a.dll", [1]);
        folder.Write("benchmarks/results/device/step.json", [1]);
        SourceState.Require(commit, folder.Path, []);
    }

    [Theory]
    [InlineData("Source.cs", "a tracked file that was changed")]
    [InlineData("New.cs", "a file that was never added")]
    [InlineData("benchmarks/New.cs", "one in a folder of its own")]
    public void Sabotage_an_uncommitted_change_is_refused(string file, string what)
    {
        using var folder = new TemporaryFolder();
        string commit = Repository(folder);
        folder.Write(file, "changed"u8);
        string message = Assert.Throws<GpuLmException>(() => SourceState.Require(commit, folder["bin"], [])).Message;
        Assert.Contains("Commit", message, StringComparison.Ordinal);
        Assert.True(message.Contains(file.Split('/')[0], StringComparison.Ordinal), what);
    }

    [Fact]
    public void Sabotage_another_commit_than_the_one_that_was_built_is_refused()
    {
        using var folder = new TemporaryFolder();
        string built = Repository(folder);
        folder.Write("Source.cs", "later"u8);
        string head = Commit(folder.Path);
        string message = Assert.Throws<GpuLmException>(() => SourceState.Require(built, folder.Path, [])).Message;
        Assert.Contains(head, message, StringComparison.Ordinal);
        Assert.Contains(built, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sabotage_a_debug_build_is_refused()
    {
        string message = Assert.Throws<GpuLmException>(() => SourceState.Require("", "", [Built(debug: true)])).Message;
        Assert.Contains("Release", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Outside_any_work_tree_the_commit_in_the_assembly_is_enough()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(GitWorkTree.Around(folder.Path));
        SourceState.Require(new string('a', 40), folder.Path, []);
        Assert.Contains("commit", Assert.Throws<GpuLmException>(() => SourceState.Require("unknown", folder.Path, [])).Message, default);
    }

    [Fact]
    public void Without_git_the_message_says_what_to_install()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<GpuLmException>(() => new GitWorkTree(folder.Path, "no-such-git").Head());
        Assert.Contains("Install git", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_git_complains_of_is_passed_on()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("git", Assert.Throws<GpuLmException>(() => new GitWorkTree(folder.Path).Head()).Message, StringComparison.Ordinal);
    }

    /// <summary>A repository with one commit, whose name is returned.</summary>
    static string Repository(TemporaryFolder folder)
    {
        Git(folder.Path, "init", "-q");
        folder.Write(".gitignore", "bin/\n"u8);
        folder.Write("Source.cs", "source"u8);
        folder.Write("benchmarks/Old.cs", "source"u8);
        folder.Write("bin/program.dll", [0]);
        return Commit(folder.Path);
    }

    static string Commit(string folder)
    {
        Git(folder, "add", ".");
        Git(folder, "-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false",
            "commit", "-q", "-m", "Test");
        return Git(folder, "rev-parse", "HEAD").Trim();
    }

    static string Git(string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("git", ["-C", folder, .. arguments])
        {
            RedirectStandardOutput = true, Environment = { ["GIT_CONFIG_GLOBAL"] = "/dev/null" },
        })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    static AssemblyBuilder Built(bool debug)
    {
        var constructor = typeof(DebuggableAttribute).GetConstructor([typeof(bool), typeof(bool)])!;
        return AssemblyBuilder.DefineDynamicAssembly(
            new AssemblyName("Built"), AssemblyBuilderAccess.Run, [new CustomAttributeBuilder(constructor, [false, debug])]);
    }
}
