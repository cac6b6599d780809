using GpuLm.Cli.Training;
using GpuLm.Cli.Training.TensorBoard;
using GpuLm.Training;
using Xunit;

namespace GpuLm.Tests.Cli.Watch;

/// <summary>Event files, read back by a parser that knows the public format only.</summary>
public sealed class EventFileTests
{
    // Field numbers of event.proto, summary.proto and tensor.proto.
    const int WallTime = 1, Step = 2, FileVersion = 3, Summary = 5, SessionLog = 7;
    const int Value = 1, Tag = 1, SimpleValue = 2, Tensor = 8, Metadata = 9;

    static StepReport Report(int step, float? validation = null, double utilization = 0.25) =>
        new(step, step * 100L, step, 2.5f / step, validation, validation / 0.7, 1e-3f, float.NaN, 12345.6, utilization);

    static string Only(string folder) => Assert.Single(Directory.GetFiles(folder));

    [Fact]
    public void A_step_is_an_event_with_the_scalars_of_the_metrics()
    {
        using var folder = new TemporaryFolder();
        double before = (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
        using (var file = new EventFile(folder["tb"]))
        {
            file.OnStep(Report(1));
            file.OnStep(Report(2, validation: 2.1f, utilization: double.NaN) with { Skipped = 3 });
        }
        Assert.Matches(@"events\.out\.tfevents\.\d+\..+\.\d+$", Only(folder["tb"]));
        var events = EventFileReader.Read(Only(folder["tb"]));
        Assert.Equal(4, events.Count);
        Assert.Equal("brain.Event:2", events[0].Text(FileVersion));
        Assert.InRange(events[0].Double(WallTime), before, before + 600);
        Assert.Equal((1, 1), (events[1].Message(SessionLog).Integer(1), events[1].Integer(Step)));

        var first = Scalars(events[2]);
        Assert.Equal(["loss", "learning_rate", "grad_norm", "tokens_per_second", "flops_utilization"], first.Keys);
        Assert.Equal((2.5f, 1e-3f, 12345.6f, 0.25f),
            (first["loss"], first["learning_rate"], first["tokens_per_second"], first["flops_utilization"]));
        Assert.True(float.IsNaN(first["grad_norm"]));
        Assert.Equal(2, events[3].Integer(Step));
        var second = Scalars(events[3]);
        Assert.Equal(["loss", "val_loss", "bits_per_byte", "learning_rate", "grad_norm", "tokens_per_second", "skipped"], second.Keys);
        Assert.Equal((1.25f, 2.1f, (float)(2.1f / 0.7)), (second["loss"], second["val_loss"], second["bits_per_byte"]));
    }

    [Fact]
    public void A_sample_is_a_text()
    {
        using var folder = new TemporaryFolder();
        using (var file = new EventFile(folder["tb"]))
        {
            file.OnSample(new TrainingSample(250, "Änne has", 7, " a *cat*.\nAnd a dog."));
        }
        var sample = EventFileReader.Read(Only(folder["tb"]))[^1];
        Assert.Equal(250, sample.Integer(Step));
        var value = sample.Message(Summary).Message(Value);
        Assert.Equal("sample/Änne has (seed 7)", value.Text(Tag));
        Assert.Equal("text", value.Message(Metadata).Message(1).Text(1));
        Assert.Equal(2, value.Message(Metadata).Integer(4));
        var tensor = value.Message(Tensor);
        Assert.Equal(7, tensor.Integer(1));
        Assert.False(tensor.Message(2).Has(2));
        Assert.Equal("    Änne has a *cat*.\n    And a dog.", tensor.Text(8));
    }

    [Fact]
    public void A_resumed_run_begins_another_file_that_says_from_which_step_it_counts()
    {
        using var folder = new TemporaryFolder();
        using (var file = new EventFile(folder.Path)) file.OnStep(Report(500));
        using (var file = new EventFile(folder.Path)) file.OnStep(Report(401));
        string[] paths = [.. Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal)];
        Assert.Equal(2, paths.Length);
        var start = EventFileReader.Read(paths[1])[1];
        Assert.Equal((1, 401), (start.Message(SessionLog).Integer(1), start.Integer(Step)));
    }

    [Fact]
    public void Every_event_is_in_the_file_at_once()
    {
        using var folder = new TemporaryFolder();
        using var file = new EventFile(folder.Path);
        file.OnStep(Report(1));
        string copy = folder["copy"];
        using (var source = new FileStream(Only(folder.Path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        using (var target = File.Create(copy)) source.CopyTo(target);
        Assert.Equal(3, EventFileReader.Read(copy).Count);
    }

    [Fact]
    public void A_run_that_never_began_leaves_no_file()
    {
        using var folder = new TemporaryFolder();
        new EventFile(folder.Path).Dispose();
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_one_message_with_a_remedy()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");
        var error = Assert.Throws<GpuLmException>(() => new EventFile(folder["file"]));
        Assert.Contains(folder["file"], error.Message, StringComparison.Ordinal);
        Assert.Contains("--tensorboard", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_reader_knows_the_published_checksum() =>
        // RFC 3720, B.4: 32 bytes of zeros, and the bytes 0 to 31.
        Assert.Equal(
            (0x8A9136AAu, 0x46DD794Eu),
            (EventFileReader.Crc32C(new byte[32]), EventFileReader.Crc32C([.. Enumerable.Range(0, 32).Select(i => (byte)i)])));

    [Fact]
    public void Sabotage_every_flipped_bit_and_every_cut_is_noticed()
    {
        using var folder = new TemporaryFolder();
        using (var file = new EventFile(folder["tb"])) file.OnStep(Report(1));
        byte[] whole = File.ReadAllBytes(Only(folder["tb"]));
        int[] ends = [.. RecordEnds(whole)];
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] flipped = [.. whole];
            flipped[at] ^= 1;
            File.WriteAllBytes(folder["damaged"], flipped);
            Assert.Throws<InvalidDataException>(() => EventFileReader.Read(folder["damaged"]));
            if (ends.Contains(at)) continue;
            File.WriteAllBytes(folder["damaged"], whole[..at]);
            Assert.Throws<InvalidDataException>(() => EventFileReader.Read(folder["damaged"]));
        }
    }

    static IEnumerable<int> RecordEnds(byte[] file)
    {
        for (int at = 0; at <= file.Length; at += 16 + BitConverter.ToInt32(file, at))
        {
            yield return at;
            if (at == file.Length) yield break;
        }
    }

    static Dictionary<string, float> Scalars(WireMessage step) =>
        step.Message(Summary).Messages(Value).ToDictionary(value => value.Text(Tag), value => value.Single(SimpleValue));
}
