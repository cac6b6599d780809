using System.IO.Compression;
using System.Security.Cryptography;
using GpuLm.Data.Fetching;
using Xunit;

namespace GpuLm.Tests.Data;

/// <summary>Fetching from a server of the test's own.</summary>
public sealed class DatasetFetcherTests : IDisposable
{
    private static readonly byte[] Text = RandomBytes(300_000);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task AFileIsFetchedCheckedAndNotFetchedAgain()
    {
        using var server = new FileServer(Text);
        long last = 0;
        var first = await Fetch(server, onProgress: (done, whole) => last = whole == Text.Length ? done : -1);
        Assert.Equal((folder["text.txt"], false), first);
        Assert.Equal(Text, await File.ReadAllBytesAsync(folder["text.txt"], TestContext.Current.CancellationToken));
        Assert.Equal(Text.Length, last);
        Assert.True((await Fetch(server)).WasThere);
        Assert.Equal(["GET /a/text.txt HTTP/1.1"], server.Requests);
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task AConnectionThatIsCutIsGoneOnWith()
    {
        using var server = new FileServer(Text);
        foreach (int cut in (int[])[100_000, 0, 50_000, 0, 0, 0, 100_000]) server.Cuts.Enqueue(cut);
        await Fetch(server);
        Assert.Equal(Text, await File.ReadAllBytesAsync(folder["text.txt"], TestContext.Current.CancellationToken));
        Assert.Equal(8, server.Requests.Count);
        Assert.EndsWith("bytes=100000-", server.Requests[1]);
        Assert.EndsWith("bytes=250000-", server.Requests[7]);
    }

    [Fact]
    public async Task AnotherProcessGoesOnWhereOneStopped()
    {
        using (var cut = new FileServer(Text))
        {
            for (int i = 0; i < 6; i++) cut.Cuts.Enqueue(i == 0 ? 120_000 : 0);
            Assert.Contains("goes on from there", (await Assert.ThrowsAsync<GpuLmException>(() => Fetch(cut))).Message);
        }
        Assert.Equal(120_000, new FileInfo(folder["text.txt.part"]).Length);
        using var server = new FileServer(Text);
        await Fetch(server);
        Assert.Equal(["GET /a/text.txt HTTP/1.1 bytes=120000-"], server.Requests);
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task AServerWithoutRangesStartsAnew()
    {
        await File.WriteAllBytesAsync(folder["text.txt.part"], Text[..1000], TestContext.Current.CancellationToken);
        using var server = new FileServer(Text) { KnowsRanges = false };
        await Fetch(server);
        Assert.Equal(Text, await File.ReadAllBytesAsync(folder["text.txt"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task APartThatIsWholeNeedsOnlyItsCheck()
    {
        await File.WriteAllBytesAsync(folder["text.txt.part"], Text, TestContext.Current.CancellationToken);
        using var server = new FileServer(Text);
        await Fetch(server);
        Assert.Equal(Text, await File.ReadAllBytesAsync(folder["text.txt"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AServerThatIsBusyIsAskedAgain()
    {
        using var server = new FileServer(Text);
        server.Statuses.Enqueue("503 Service Unavailable");
        server.Statuses.Enqueue("429 Too Many Requests");
        await Fetch(server);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task AFileThatIsNotThereIsNotAskedForAgain()
    {
        using var server = new FileServer(Text);
        server.Statuses.Enqueue("404 Not Found");
        Assert.Contains("the server says 404 Not Found", (await Assert.ThrowsAsync<GpuLmException>(() => Fetch(server))).Message);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task AWrongChecksumIsRefusedAndRemoved()
    {
        byte[] other = [.. Text];
        other[1234] ^= 1;
        using var server = new FileServer(other);
        string message = (await Assert.ThrowsAsync<GpuLmException>(() => Fetch(server))).Message;
        Assert.Contains("is not text.txt", message);
        Assert.Contains(Sha256(other), message);
        Assert.Contains(Sha256(Text), message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task WithoutANetworkTheMessageSaysSo()
    {
        Uri nobody;
        using (var server = new FileServer(Text)) nobody = server.Address;
        using var fetcher = new DatasetFetcher { Mirror = nobody, Pause = TimeSpan.Zero };
        string message = (await Assert.ThrowsAsync<GpuLmException>(() => fetcher.FetchAsync(
            FileOf(Text), folder.Path, (_, _) => { }, TestContext.Current.CancellationToken))).Message;
        Assert.Contains("Check the network", message);
    }

    [Fact]
    public async Task AFolderThatCannotBeWrittenIsAClearError()
    {
        folder.Write("file", "a file");
        using var server = new FileServer(Text);
        string message = (await Assert.ThrowsAsync<GpuLmException>(() => Fetch(server, folder["file"]))).Message;
        Assert.Contains("could not be written", message);
        Assert.Contains("--out", message);
    }

    [Fact]
    public async Task AnotherFileOfTheNameIsNotTouched()
    {
        folder.Write("text.txt", "mine");
        using var server = new FileServer(Text);
        Assert.Contains("Move it away", (await Assert.ThrowsAsync<GpuLmException>(() => Fetch(server))).Message);
        Assert.Equal("mine", await File.ReadAllTextAsync(folder["text.txt"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AnArchiveIsUnpacked()
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("inside").Open();
            entry.Write(Text);
        }
        using var server = new FileServer(archive.ToArray());
        await Fetch(server, file: FileOf(Text) with { ZipEntry = "inside" });
        Assert.Equal(Text, await File.ReadAllBytesAsync(folder["text.txt"], TestContext.Current.CancellationToken));
        Assert.Single(Directory.GetFiles(folder.Path));

        File.Delete(folder["text.txt"]);
        var missing = await Assert.ThrowsAsync<GpuLmException>(() => Fetch(server, file: FileOf(Text) with { ZipEntry = "outside" }));
        Assert.Contains("it has no 'outside'", missing.Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void TheKnownSetsAreWellFormed()
    {
        Assert.Equal(["tiny-shakespeare", "tinystories", "fineweb-edu-sample", "enwik8"], PublicDatasets.All.Select(set => set.Name));
        Assert.All(PublicDatasets.All.SelectMany(set => set.Files), file =>
        {
            Assert.Matches("^[0-9a-f]{64}$", file.Sha256);
            Assert.True(file.Bytes > 0);
            Assert.Equal("https", file.Address.Scheme);
        });
        Assert.Contains("Known are tiny-shakespeare", Assert.Throws<GpuLmException>(() => PublicDatasets.Get("c4")).Message);
    }

    private async Task<(string Path, bool WasThere)> Fetch(
        FileServer server, string? into = null, PublicFile? file = null, Action<long, long?>? onProgress = null)
    {
        using var fetcher = new DatasetFetcher { Mirror = server.Address, Pause = TimeSpan.FromMilliseconds(1) };
        return await fetcher.FetchAsync(
            file ?? FileOf(Text), into ?? folder.Path, onProgress ?? ((_, _) => { }), TestContext.Current.CancellationToken);
    }

    private static PublicFile FileOf(byte[] bytes) =>
        new(new Uri("https://example.org/a/text.txt"), "text.txt", bytes.Length, Sha256(bytes));

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
