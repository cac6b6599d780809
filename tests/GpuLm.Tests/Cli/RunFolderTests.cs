using GpuLm.Cli.Training;
using Xunit;

namespace GpuLm.Tests.Cli;

public sealed class RunFolderTests
{
    [Fact]
    public void Fresh_folders_are_numbered_and_never_reused()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(folder["stories-1"], PathOf(null, "stories", folder.Path));
        Assert.Equal(folder["stories-2"], PathOf(null, "stories", folder.Path));
        File.WriteAllText(folder["stories-3"], "a file");
        Assert.Equal(folder["stories-4"], PathOf(null, "stories", folder.Path));
    }

    [Fact]
    public void A_named_folder_may_be_new_or_empty_but_not_in_use()
    {
        using var folder = new TemporaryFolder();
        string named = folder["a/b"];
        Assert.Equal(named, PathOf(named, "x"));
        Assert.Equal(named, PathOf(named, "x"));
        File.WriteAllText(Path.Combine(named, "metrics.jsonl"), "");
        Assert.Contains("not empty", Assert.Throws<GpuLmException>(() => RunFolder.Create(named, "x")).Message, StringComparison.Ordinal);
        var isFile = Assert.Throws<GpuLmException>(() => RunFolder.Create(Path.Combine(named, "metrics.jsonl"), "x"));
        Assert.Contains("is a file", isFile.Message, StringComparison.Ordinal);
    }

    static string PathOf(string? requested, string name, string parent = "runs")
    {
        using var folder = RunFolder.Create(requested, name, parent);
        return folder.Path;
    }
}
