using System.Text;
using GpuLm.Data;
using Xunit;

namespace GpuLm.Tests.Data;

public sealed class TextSourceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void OneFileIsReadAsItIs() => Assert.Equal("a\r\nb é", Read(folder.Write("a.txt", "a\r\nb é"u8)));

    [Fact]
    public void FilesAreJoinedInTheOrderGiven() =>
        Assert.Equal(
            "second\nfirst\nthird", Read(folder.Write("2", "second"u8), folder.Write("1", "first\n"u8), folder.Write("3", "third"u8)));

    [Fact]
    public void AFolderStandsForItsTextFilesInOrder()
    {
        folder.Write("b.txt", "b"u8);
        folder.Write("a.txt", "a"u8);
        folder.Write("sub/c.txt", "c"u8);
        folder.Write("not.md", "x"u8);

        Assert.Equal("a\nb\nc", Read(folder.Path));
    }

    [Fact]
    public void AByteOrderMarkIsDropped() => Assert.Equal("é", Read(folder.Write("a.txt", [0xEF, 0xBB, 0xBF, .. "é"u8])));

    [Fact]
    public void FaultsNameTheFileAndTheRemedy()
    {
        string missing = Path.Combine(folder.Path, "missing.txt");
        Assert.Contains(missing, Assert.Throws<GpuLmException>(() => Read(missing)).Message);
        Assert.Contains("has no .txt file", Fault(folder.Path));
        Assert.Contains("is empty", Fault(folder.Write("empty.txt", [])));
        Assert.Contains("is empty", Fault(folder.Write("mark.txt", [0xEF, 0xBB, 0xBF])));
        Assert.Contains(
            "byte 0xE9 at offset 3. If it is LATIN1, iconv", Fault(folder.Write("latin.txt", [.. "caf"u8, 0xE9, .. " x"u8])));
        Assert.Contains("byte 0xFF at offset 0. If it is UTF-16", Fault(folder.Write("wide.txt", [0xFF, 0xFE, 65, 0])));
        Assert.Contains("byte 0xE2 at offset 1", Fault(folder.Write("cut.txt", [65, 0xE2, 0x82])));
        Assert.Throws<GpuLmException>(() => TextSource.Read());
    }

    private static string Read(params string[] paths) => Encoding.UTF8.GetString(TextSource.Read(paths));

    private static string Fault(string path)
    {
        string message = Assert.Throws<GpuLmException>(() => TextSource.Read(path)).Message;
        Assert.Contains($"'{path}'", message);
        return message;
    }
}
