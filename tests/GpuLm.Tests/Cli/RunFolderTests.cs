using GpuLm.Cli.Training;
using Xunit;

namespace GpuLm.Tests.Cli;

public sealed class RunFolderTests
{
    [Fact]
    public void Fresh_folders_are_numbered_and_never_reused()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(folder["stories-1"], Create(null, "stories", folder.Path));
        Assert.Equal(folder["stories-2"], Create(null, "stories", folder.Path));
        File.WriteAllText(folder["stories-3"], "a file");
        Assert.Equal(folder["stories-4"], Create(null, "stories", folder.Path));
    }

    static string Create(string? requested, string name, string parent = "runs")
    {
        using var created = RunFolder.Create(requested, name, parent);
        return created.Path;
    }

    [Fact]
    public void One_run_at_a_time_writes_into_a_folder()
    {
        using var folder = new TemporaryFolder();
        using (RunFolder.Create(folder["run"], "x"))
        {
            foreach (var second in (Func<RunFolder>[])[() => RunFolder.Create(folder["run"], "x"), () => RunFolder.Open(folder["run"])])
            {
                string message = Assert.Throws<GpuLmException>(second).Message;
                Assert.Contains($"Another run is writing into '{folder["run"]}'", message, StringComparison.Ordinal);
            }
        }
        // What a run left that was killed before it wrote anything blocks nobody.
        Assert.StartsWith("process ", File.ReadAllText(folder["run/run.lock"]), StringComparison.Ordinal);
        Create(folder["run"], "x");
    }

    [Fact]
    public void A_named_folder_may_be_new_or_empty_but_not_in_use()
    {
        using var folder = new TemporaryFolder();
        string named = folder["a/b"];
        Assert.Equal(named, Create(named, "x"));
        Assert.Equal(named, Create(named, "x"));
        File.WriteAllText(Path.Combine(named, "metrics.jsonl"), "");
        Assert.Contains("not empty", Assert.Throws<GpuLmException>(() => RunFolder.Create(named, "x")).Message, StringComparison.Ordinal);
        var isFile = Assert.Throws<GpuLmException>(() => RunFolder.Create(Path.Combine(named, "metrics.jsonl"), "x"));
        Assert.Contains("is a file", isFile.Message, StringComparison.Ordinal);
    }
}
