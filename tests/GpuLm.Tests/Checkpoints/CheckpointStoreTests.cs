using GpuLm.Checkpoints;
using Xunit;

namespace GpuLm.Tests.Checkpoints;

public sealed class CheckpointStoreTests
{
    static TrainingState At(int step, int? best = null) =>
        new()
        {
            Step = step, Updates = step, Tokens = step * 10, Seconds = step, BestStep = best, BestLoss = best is null ? null : 1,
        };

    static void Save(TemporaryFolder run, int step, int keep = 2, int? best = null) =>
        new CheckpointStore(run.Path, keep).Save(
            At(step, best), 100, folder => File.WriteAllText(Path.Combine(folder, "model"), $"{step}"));

    static string[] Entries(TemporaryFolder run) =>
        [.. Directory.EnumerateFileSystemEntries(run.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    static string Model(TemporaryFolder run) => File.ReadAllText(Path.Combine(CheckpointStore.FindLatest(run.Path)!, "model"));

    [Fact]
    public void A_checkpoint_is_a_folder_that_latest_names()
    {
        using var run = new TemporaryFolder();
        Assert.Null(CheckpointStore.FindLatest(run.Path));
        Save(run, 5);
        Assert.Equal(["checkpoint-5", "latest"], Entries(run));
        Assert.Equal("checkpoint-5\n", File.ReadAllText(run["latest"]));
        Assert.Equal(run["checkpoint-5"], CheckpointStore.FindLatest(run.Path));
        Assert.Equal(At(5), TrainingStateFile.Read(run["checkpoint-5"]));
    }

    [Fact]
    public void Old_ones_go_but_never_the_best()
    {
        using var run = new TemporaryFolder();
        Save(run, 2, best: 2);
        foreach (int step in (int[])[4, 6, 10, 9]) Save(run, step, best: 2);
        Assert.Equal(["best", "checkpoint-10", "checkpoint-2", "checkpoint-9", "latest"], Entries(run));
        Save(run, 12, best: 12);
        Assert.Equal(["best", "checkpoint-10", "checkpoint-12", "latest"], Entries(run));
        Assert.Equal(run["checkpoint-12"], CheckpointStore.FindBest(run.Path));
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    public void Keep_says_how_many_stay(int keep, int left)
    {
        using var run = new TemporaryFolder();
        for (int step = 1; step <= 4; step++) Save(run, step, keep);
        Assert.Equal(left, Directory.GetDirectories(run.Path).Length);
    }

    [Fact]
    public void A_save_that_fails_leaves_what_was_there_and_says_what_it_needed()
    {
        using var run = new TemporaryFolder();
        Save(run, 1);
        var error = Assert.Throws<GpuLmException>(() => new CheckpointStore(run.Path, 1).Save(At(2), 12_345_678, folder =>
        {
            File.WriteAllText(Path.Combine(folder, "model"), "half");
            throw new IOException("No space left on device.");
        }));
        Assert.Contains("step 2, which needs 12.3 MB, was not saved: No space left on device.", error.Message, StringComparison.Ordinal);
        Assert.Equal(["checkpoint-1", "latest"], Entries(run));
        Assert.Equal("1", Model(run));
        Save(run, 3, keep: 1);
        Assert.Equal(["checkpoint-3", "latest"], Entries(run));
    }

    [Fact]
    public void A_first_save_that_fails_promises_no_checkpoint_before_it()
    {
        using var run = new TemporaryFolder();
        var error = Assert.Throws<GpuLmException>(
            () => new CheckpointStore(run.Path, 1).Save(At(2), 100, _ => throw new IOException("No.")));
        Assert.EndsWith("There is none before it.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("--resume", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_whose_pointer_could_not_be_written_gets_it_with_the_next_save()
    {
        using var run = new TemporaryFolder();
        Save(run, 1);
        Directory.CreateDirectory(run["latest.tmp"]);   // in the pointer's way
        Assert.Throws<GpuLmException>(() => Save(run, 2));
        Assert.Equal("1", Model(run));
        Directory.Delete(run["latest.tmp"]);
        Save(run, 2);
        Assert.Equal("2", Model(run));
    }

    [Fact]
    public void A_save_may_keep_all_older_ones()
    {
        using var run = new TemporaryFolder();
        foreach (int step in (int[])[1, 2]) new CheckpointStore(run.Path, keep: 1).Save(At(step), 100, _ => { }, keepOlder: true);
        Assert.Equal(["checkpoint-1", "checkpoint-2", "latest"], Entries(run));
        Save(run, 3, keep: 1);
        Assert.Equal(["checkpoint-3", "latest"], Entries(run));
    }

    [Fact]
    public void A_latest_checkpoint_that_is_gone_is_named()
    {
        using var run = new TemporaryFolder();
        Assert.Null(CheckpointStore.FindLost(run.Path));
        foreach (int step in (int[])[1, 2]) Save(run, step);
        Assert.Null(CheckpointStore.FindLost(run.Path));
        Directory.Delete(run["checkpoint-2"], recursive: true);
        Assert.Equal("checkpoint-2", CheckpointStore.FindLost(run.Path));
        Assert.Equal(run["checkpoint-1"], CheckpointStore.FindLatest(run.Path));
    }

    [Fact]
    public void A_disk_without_room_is_noticed_before_anything_is_written()
    {
        using var run = new TemporaryFolder();
        Save(run, 1);
        var error = Assert.Throws<GpuLmException>(
            () => new CheckpointStore(run.Path, 1).Save(At(2), long.MaxValue, _ => Assert.Fail("Something was written.")));
        Assert.Contains("needs 9,223,372,036,854.8 MB, was not saved: the disk", error.Message, StringComparison.Ordinal);
        Assert.Contains("Free some space", error.Message, StringComparison.Ordinal);
        Assert.Equal(["checkpoint-1", "latest"], Entries(run));
    }

    /// <summary>A stop may come at each place of a save; the next start takes the whole checkpoint and removes the rest.</summary>
    [Fact]
    public void A_stop_at_any_place_of_a_save_leaves_a_whole_checkpoint()
    {
        using var run = new TemporaryFolder();
        Directory.CreateDirectory(run["checkpoint-1.tmp"]);
        Assert.Null(CheckpointStore.FindLatest(run.Path));   // within the first save
        Save(run, 1);
        File.Delete(run["latest"]);
        Assert.Equal("1", Model(run));                       // between the first checkpoint and its pointer
        Save(run, 2, best: 2);
        Directory.CreateDirectory(run["checkpoint-3.tmp"]);
        File.WriteAllText(run["latest.tmp"], "checkpo");
        Assert.Equal("2", Model(run));                       // within a later one
        Directory.Move(run["checkpoint-3.tmp"], run["checkpoint-3"]);
        Assert.Equal("2", Model(run));                       // between a later one and its pointer
        Directory.CreateDirectory(run["checkpoint-0.tmp"]);  // while an old one was removed
        File.WriteAllText(run["best"], "checkpoint-1\n");    // between both pointers
        Assert.Equal([3], CheckpointStore.StepsAfter(run.Path, 2));
        Assert.Equal(At(2, best: 2), new CheckpointStore(run.Path, 2).Rewind(TrainingStateFile.Read(run["checkpoint-2"])));
        Assert.Equal(["best", "checkpoint-1", "checkpoint-2", "latest"], Entries(run));
        Assert.Equal(run["checkpoint-2"], CheckpointStore.FindBest(run.Path));
    }

    [Fact]
    public void A_rewind_forgets_a_best_checkpoint_that_is_gone()
    {
        using var run = new TemporaryFolder();
        foreach (int step in (int[])[1, 2, 3]) Save(run, step, keep: 0, best: step);
        Directory.Delete(run["checkpoint-1"], recursive: true);
        var state = new CheckpointStore(run.Path, 2).Rewind(At(2, best: 1));
        Assert.Equal(At(2), state);
        Assert.Equal(["checkpoint-2", "latest"], Entries(run));
    }

    [Theory]
    [InlineData("../elsewhere")]
    [InlineData("checkpoint-07")]
    [InlineData("checkpoint--7")]
    [InlineData("checkpoint-99999999999")]
    [InlineData("")]
    public void A_pointer_to_something_else_is_not_followed(string text)
    {
        using var run = new TemporaryFolder();
        Save(run, 7);
        File.WriteAllText(run["latest"], text);
        Assert.Equal(run["checkpoint-7"], CheckpointStore.FindLatest(run.Path));
    }
}
