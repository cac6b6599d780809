using GpuLm.Checkpoints;
using Xunit;

namespace GpuLm.Tests.Checkpoints;

public sealed class AtomicFileTests
{
    [Fact]
    public void A_write_that_fails_leaves_the_old_file_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "file");
        AtomicFile.Write(path, stream => stream.Write("old"u8));
        var error = Assert.Throws<GpuLmException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("half of the new"u8);
            throw new IOException("No space left on device.");
        }));
        Assert.Contains(
            "No space left on device. What was saved before is untouched. Free some space", error.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_error_with_a_remedy()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "missing", "file");
        Assert.Contains(
            path, Assert.Throws<GpuLmException>(() => AtomicFile.Write(path, stream => stream.WriteByte(1))).Message,
            StringComparison.Ordinal);
    }
}
