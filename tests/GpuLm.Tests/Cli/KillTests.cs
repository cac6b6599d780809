using System.Globalization;
using System.Text.Json;
using GpuLm.Checkpoints;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Tests.Cli;

/// <summary>
/// A training process is killed again and again at random moments, within steps and within saves, and resumed each time. It ends with the
/// bits of a run that nobody disturbed.
/// </summary>
public sealed class KillTests
{
    /// <summary>Kills where nobody asks for more. A start of the process takes a second or more, so that only CI makes fifty.</summary>
    const int DefaultKills = 8;

    const int MostSaves = 3, MostMilliseconds = 60, StepsAfterTheLastKill = 7;

    static readonly string[] Settings =
    [
        .. ("--layers 1 --heads 2 --channels 16 --context 16 --batch 2 --accumulate 2 --schedule constant --warmup 0 --eval-every 7 "
            + "--sample-every 0 --device cpu --measure-peaks off --text").Split(' '),
    ];

    static int Kills =>
        Environment.GetEnvironmentVariable("GPULM_KILLS") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : DefaultKills;

    static string Text(TemporaryFolder folder) => folder.Write(
        "text.txt", string.Concat(Enumerable.Range(0, 300).Select(i => $"Dog number {i} lay by the door, and the cat sat on the mat.\n")));

    /// <summary>What each step did, apart from the time that it took.</summary>
    static List<string> Figures(string run) =>
    [
        .. File.ReadLines(Path.Combine(run, "metrics.jsonl")).Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            return string.Join(' ', new[] { "step", "tokens", "loss", "val_loss", "learning_rate", "grad_norm" }
                .Select(name => json.RootElement.GetProperty(name).GetRawText()));
        }),
    ];

    static void CheckSame(string expected, string actual)
    {
        Assert.Equal(Figures(expected), Figures(actual));
        foreach (string file in (string[])[ModelDirectory.WeightsName, OptimizerFile.Name])
        {
            string[] both = [CheckpointStore.FindLatest(expected)!, CheckpointStore.FindLatest(actual)!];
            Assert.True(
                File.ReadAllBytes(Path.Combine(both[0], file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(both[1], file))),
                $"{file} differs.");
        }
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(expected, ModelDirectory.WeightsName)),
            File.ReadAllBytes(Path.Combine(actual, ModelDirectory.WeightsName)));
    }

    [Fact]
    public async Task A_run_that_is_killed_at_random_moments_ends_with_the_bits_of_an_undisturbed_one()
    {
        const int Seed = 20;
        var random = new Random(Seed);
        using var folder = new TemporaryFolder();
        string[] settings = [.. Settings, Text(folder)];
        string run = folder["killed"];
        int withinSaves = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            string[] how = HasCheckpoint(run)
                ? ["--resume", run]
                : [.. settings, "--steps", "1000000", "--save-every", "2", "--out", Fresh(run)];
            using var train = new GpulmProcess(["train", .. how]);
            await train.ReadUntil("run ");
            for (int saves = random.Next(MostSaves + 1); saves > 0; saves--) await train.ReadUntil("Saved step");
            await Task.Delay(random.Next(MostMilliseconds), TestContext.Current.CancellationToken);
            await train.Kill();
            if (Directory.EnumerateFileSystemEntries(run, "*.tmp").Any()) withinSaves++;
        }
        int steps = TrainingStateFile.Read(CheckpointStore.FindLatest(run)!).Step + StepsAfterTheLastKill;
        TestContext.Current.SendDiagnosticMessage($"{Kills} kills, {withinSaves} of them within a save, {steps} steps.");
        foreach (string[] how in (string[][])[["--resume", run], [.. settings, "--out", folder["undisturbed"]]])
        {
            var end = CliRun.Of(["train", .. how, "--steps", $"{steps}"]);
            Assert.Equal((0, ""), (end.ExitCode, end.Error));
        }
        CheckSame(folder["undisturbed"], run);

        // Sabotage: a run of another seed is told apart.
        CliRun.Of(["train", .. settings, "--steps", $"{steps}", "--seed", "2", "--out", folder["other"]]);
        Assert.ThrowsAny<Exception>(() => CheckSame(folder["undisturbed"], folder["other"]));
    }

    static bool HasCheckpoint(string run) => Directory.Exists(run) && CheckpointStore.FindLatest(run) is not null;

    /// <summary>A run that was killed before its first checkpoint begins again in a new folder.</summary>
    static string Fresh(string run)
    {
        if (Directory.Exists(run)) Directory.Delete(run, recursive: true);
        return run;
    }
}
