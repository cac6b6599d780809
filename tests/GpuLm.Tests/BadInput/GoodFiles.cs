using GpuLm.Cli;
using GpuLm.Tests.Cli;
using Xunit;

namespace GpuLm.Tests.BadInput;

/// <summary>
/// What the folder of every case holds before it is damaged: <c>text.txt</c>, and <c>model</c> and <c>char</c>, trained on it with
/// <see cref="Shape"/>, one with the byte tokenizer and one with the char tokenizer.
/// </summary>
public sealed class GoodFiles : IDisposable
{
    /// <summary>The options of the two models.</summary>
    public const string Shape = "--layers 1 --heads 2 --channels 8 --context 16 --batch 2 --measure-peaks off";

    readonly TemporaryFolder folder = new();

    public GoodFiles()
    {
        folder.Write("text.txt", string.Concat(Enumerable.Repeat("The cat sat on the mat, and the dog lay by the door.\n", 40)));
        foreach (string name in (string[])["model", "char"])
        {
            string tokenizer = name == "char" ? "char" : "byte";
            var run = CliRun.Of(
                [
                    "train", "--text", folder["text.txt"], "--tokenizer", tokenizer, "--steps", "1", "--device", "cpu",
                    "--out", folder[name], .. Shape.Split(' '),
                ]);
            Assert.Equal((CommandLine.Success, ""), (run.ExitCode, run.Error));
        }
    }

    internal void CopyTo(TemporaryFolder target)
    {
        foreach (string file in Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories))
        {
            string copy = target[Path.GetRelativePath(folder.Path, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public void Dispose() => folder.Dispose();
}
