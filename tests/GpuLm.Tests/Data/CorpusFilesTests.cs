using System.IO.Pipes;
using System.Text;
using GpuLm.Data;
using GpuLm.Tests.BadInput;
using Xunit;

namespace GpuLm.Tests.Data;

/// <summary>The files that folders and patterns stand for, where links, hidden files and pipes are about.</summary>
public sealed class CorpusFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("texts")]
    [InlineData("texts/**/*.txt")]
    public void LinksAreFollowedAndNeitherRepeatNorLoop(string path)
    {
        folder.Write("texts/a.txt", "a"u8);
        folder.Write("texts/sub/b.txt", "b"u8);
        folder.Write("elsewhere/c.txt", "c"u8);
        Directory.CreateSymbolicLink(folder["texts/sub/up"], "..");
        Directory.CreateSymbolicLink(folder["texts/itself"], folder["texts"]);
        Directory.CreateSymbolicLink(folder["texts/elsewhere"], folder["elsewhere"]);
        Directory.CreateSymbolicLink(folder["elsewhere/back"], folder["texts"]);
        File.CreateSymbolicLink(folder["texts/z.txt"], folder["texts/a.txt"]);
        Assert.Equal(["a", "c", "b"], Read(folder[path]));
    }

    [Fact]
    public void AFileThatLinksNameTwiceIsReadOnce()
    {
        string path = folder.Write("texts/a.txt", "a"u8);
        Directory.CreateSymbolicLink(folder["link"], folder["texts"]);
        Assert.Equal(["a"], Read(path, folder["link/a.txt"], folder["link"], folder["link/*.txt"]));
    }

    [Fact]
    public void WhatIsHiddenCountsWhereItIsNamed()
    {
        folder.Write("a.txt", "a"u8);
        folder.Write(".b.txt", "b"u8);
        folder.Write(".hidden/c.txt", "c"u8);
        Assert.Equal(["a"], Read(folder.Path));
        Assert.Equal(["a"], Read(folder["**/*.txt"]));
        Assert.Equal(["a"], Read(folder["*.txt"]));
        Assert.Equal(["b"], Read(folder[".b*"]));
        Assert.Equal(["c"], Read(folder["**/.hidden/*.txt"]));
        Assert.Equal(["c"], Read(folder[".hidden"]));
    }

    [Fact]
    public void AFileMayBeEmptyButNotAll()
    {
        folder.Write("a.txt", "a"u8);
        folder.Write("b.txt", ""u8);
        folder.Write("c.jsonl", "\n"u8);
        Assert.Equal(["a"], Read(folder.Path));
        Assert.Contains("All 2 files are empty", Assert.Throws<GpuLmException>(() => Read(folder["b.txt"], folder["c.jsonl"])).Message);
    }

    [Fact]
    public void APipeIsRefused()
    {
        Linux.Require("/proc/self/fd");
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        string path = $"/proc/self/fd/{pipe.SafePipeHandle.DangerousGetHandle()}";
        using var writer = new AnonymousPipeClientStream(PipeDirection.Out, pipe.ClientSafePipeHandle);
        using var corpus = TextCorpus.Open([path]);
        Assert.Contains("is a pipe", Assert.Throws<GpuLmException>(() => corpus.Documents.Count()).Message);
        Assert.Contains(
            "name -.", Assert.Throws<GpuLmException>(() => CorpusDataset.Open(corpus, new GpuLm.Tokenization.ByteTokenizer())).Message);
    }

    [Fact]
    public void StandardInputThatBreaksOffLeavesNoFile()
    {
        string[] before = Directory.GetFiles(Path.GetTempPath(), "gpulm-*");
        string message = Assert.Throws<GpuLmException>(() => TextCorpus.Open(["-"], standardInput: () => new BrokenStream())).Message;
        Assert.Contains("No space is left", message);
        string place = message.Split('\'')[1];
        Assert.DoesNotContain(place, before);
        Assert.False(File.Exists(place));
    }

    private static string[] Read(params string[] paths)
    {
        using var corpus = TextCorpus.Open(paths);
        return [.. corpus.Documents.Select(text => Encoding.UTF8.GetString(text.Span))];
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override void CopyTo(Stream destination, int bufferSize)
        {
            destination.WriteByte(1);
            throw new IOException("No space is left.");
        }
    }
}
