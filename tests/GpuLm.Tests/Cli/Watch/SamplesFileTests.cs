using GpuLm.Cli.Training;
using Xunit;

namespace GpuLm.Tests.Cli.Watch;

/// <summary>Samples kept as text, and the lines that a resumed run cuts.</summary>
public sealed class SamplesFileTests
{
    static string ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [Fact]
    public void A_sample_is_a_line_that_is_on_the_disk_at_once()
    {
        using var folder = new TemporaryFolder();
        using var samples = new SamplesFile(folder.Path);
        samples.OnSample(new TrainingSample(250, "Anna has", ulong.MaxValue, " a \"cät\".\n"));
        samples.OnSample(new TrainingSample(500, "\n\n", 1, "It's \uFFFD."));
        Assert.Equal(
            """
            {"step":250,"prompt":"Anna has","seed":18446744073709551615,"text":" a \"cät\".\n"}
            {"step":500,"prompt":"\n\n","seed":1,"text":"It's �."}

            """.ReplaceLineEndings("\n"),
            ReadShared(folder["samples.jsonl"]));
    }

    [Fact]
    public void A_resumed_run_cuts_what_it_does_again_and_adds_to_the_rest()
    {
        using var folder = new TemporaryFolder();
        string path = folder["samples.jsonl"];
        using (var samples = new SamplesFile(folder.Path))
        {
            foreach (int step in (int[])[100, 100, 200, 300]) samples.OnSample(new TrainingSample(step, "a", 1, "b"));
        }
        string[] lines = File.ReadAllLines(path);
        File.AppendAllText(path, "{\"step\":40");
        JsonLines.CutAfter(path, 200);
        using (var samples = new SamplesFile(folder.Path)) samples.OnSample(new TrainingSample(300, "a", 1, "b"));
        Assert.Equal(lines, File.ReadAllLines(path));
    }

    [Theory]
    [InlineData("{\"step\":1}\n{\"step\":2}\n", 2, "{\"step\":1}\n{\"step\":2}\n")]
    [InlineData("{\"step\":1}\n{\"step\":2}\n", 0, "")]
    [InlineData("{\"step\":1}\n{\"step\":2}\n", 1, "{\"step\":1}\n")]
    [InlineData("{\"step\":1}\n{\"st", 9, "{\"step\":1}\n")]
    [InlineData("{\"step\":1}\n{\"step\":2}", 9, "{\"step\":1}\n")]
    [InlineData("", 9, "")]
    public void Whole_lines_up_to_the_step_stay(string before, int lastStep, string after)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["x"], before);
        JsonLines.CutAfter(folder["x"], lastStep);
        Assert.Equal(after, File.ReadAllText(folder["x"]));
    }

    [Fact]
    public void A_file_that_is_not_there_stays_so()
    {
        using var folder = new TemporaryFolder();
        JsonLines.CutAfter(folder["x"], 1);
        Assert.False(File.Exists(folder["x"]));
    }

    [Theory]
    [InlineData("{\"step\":1}\nno JSON\n")]
    [InlineData("{\"loss\":1}\n")]
    [InlineData("{\"step\":\"1\"}\n")]
    [InlineData("[1]\n")]
    public void A_line_that_tells_no_step_is_an_error_and_nothing_is_cut(string content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["x"], content);
        var error = Assert.Throws<InvalidDataException>(() => JsonLines.CutAfter(folder["x"], 5));
        Assert.Contains(folder["x"], error.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(folder["x"]));
    }
}
