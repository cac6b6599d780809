using System.Text.Json;
using GpuLm.Checkpoints;
using GpuLm.Cli;
using GpuLm.Cli.Training;
using GpuLm.Models;
using GpuLm.Tests.BadInput;
using Xunit;

namespace GpuLm.Tests.Cli;

/// <summary><c>--resume</c> and <c>--init-from</c> through the command itself.</summary>
public sealed class ResumeCommandTests
{
    const string Tiny = "--layers 1 --heads 2 --channels 16 --context 16 --batch 2 --device cpu --measure-peaks off --sample-every 0 "
        + "--schedule constant --warmup 0 --eval-every 0";

    static string Text(TemporaryFolder folder) =>
        folder.Write("text.txt", string.Concat(Enumerable.Repeat("The cat sat on the mat, and the dog lay by the door.\n", 60)));

    static CliRun Train(params string[] args)
    {
        var run = CliRun.Of(["train", .. args]);
        Assert.Equal((CommandLine.Success, ""), (run.ExitCode, run.Error));
        return run;
    }

    static CliRun Begin(TemporaryFolder folder, string name, string options) =>
        Train([.. $"{Tiny} {options}".Split(' '), "--text", Text(folder), "--out", folder[name]]);

    static byte[] Weights(string folder) => File.ReadAllBytes(Path.Combine(folder, ModelDirectory.WeightsName));

    static int[] Steps(string run) =>
    [
        .. File.ReadLines(Path.Combine(run, MetricsFile.Name)).Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("step").GetInt32();
        }),
    ];

    [Fact]
    public void A_run_goes_on_with_its_own_settings_and_says_what_changed()
    {
        using var folder = new TemporaryFolder();
        Begin(folder, "run", "--steps 4 --save-every 2 --seed 3 --tokenizer char");
        var resumed = Train("--resume", folder["run"], "--steps", "7");
        Assert.Contains($"resume   {folder["run/checkpoint-4"]}: step 4, 128 tokens", resumed.Out, StringComparison.Ordinal);
        Assert.Contains("changed  steps is 7, and was 4: ", resumed.Out, StringComparison.Ordinal);
        Assert.Single(resumed.Out.Split('\n'), line => line.StartsWith("changed", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(1, 7), Steps(folder["run"]));

        Begin(folder, "whole", "--steps 7 --seed 3 --tokenizer char");
        Assert.Equal(Weights(folder["whole"]), Weights(folder["run"]));
        Assert.NotEqual(Weights(folder["run/checkpoint-6"]), Weights(folder["run"]));
        var (resumedConfig, wholeConfig) =
            (TrainConfig.Read(folder["run/train_config.json"]), TrainConfig.Read(folder["whole/train_config.json"]));
        Assert.Equal(["out", "save_every"], resumedConfig.DifferencesFrom(wholeConfig).Select(difference => difference.Key).Order());
    }

    [Fact]
    public void Changes_of_batch_and_text_are_told()
    {
        using var folder = new TemporaryFolder();
        Begin(folder, "run", "--steps 2");
        folder.Write("other.txt", string.Concat(Enumerable.Repeat("Nobody lay by the door, and nobody sat on the mat.\n", 60)));
        var resumed = Train("--resume", folder["run"], "--steps", "4", "--batch", "3", "--text", folder["other.txt"]);
        Assert.Contains("changed  batch is 3, and was 2: from here on the run sees other batches", resumed.Out, StringComparison.Ordinal);
        Assert.Contains("changed  text is ", resumed.Out, StringComparison.Ordinal);
        Text(folder);
        File.AppendAllText(folder["other.txt"], "One more line.");
        resumed = Train("--resume", folder["run"], "--steps", "5");
        Assert.Contains("changed  the text, or how it is cut into batches", resumed.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_sequences_in_other_passes_are_no_other_batches()
    {
        using var folder = new TemporaryFolder();
        Begin(folder, "run", "--steps 2 --total-batch 6");
        var resumed = Train("--resume", folder["run"], "--steps", "4", "--batch", "3");
        Assert.Contains(
            "changed  batch is 3, and was 2: steps keep their sequences, and numbers are rounded otherwise", resumed.Out,
            StringComparison.Ordinal);
        Assert.DoesNotContain("other batches", resumed.Out, StringComparison.Ordinal);
        resumed = Train("--resume", folder["run"], "--steps", "5", "--batch", "2", "--total-batch", "8");
        Assert.Contains(
            "changed  total_batch is 8, and was 6: from here on the run sees other batches", resumed.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void An_older_checkpoint_takes_the_place_of_the_later_ones()
    {
        using var folder = new TemporaryFolder();
        Begin(folder, "run", "--steps 6 --save-every 2 --keep 0");
        byte[] end = Weights(folder["run"]);
        // From there on with the checkpoint's settings, not with those that the run got later.
        Train("--resume", folder["run"], "--steps", "8", "--seed", "9");
        var resumed = Train("--resume", folder["run/checkpoint-2"]);
        Assert.DoesNotContain("changed", resumed.Out, StringComparison.Ordinal);
        Assert.Contains("removed  checkpoints of later steps: 4, 6, 8", resumed.Out, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, 6), Steps(folder["run"]));
        Assert.Equal(end, Weights(folder["run"]));
    }

    [Fact]
    public void A_run_that_is_finished_says_so_and_gets_the_model_that_it_lacks()
    {
        using var folder = new TemporaryFolder();
        Begin(folder, "run", "--steps 2");
        byte[] end = Weights(folder["run"]);
        ModelDirectory.Remove(folder["run"]);
        string[] generate = ["generate", "--model", folder["run"], "--prompt", "The", "--tokens", "3", "--device", "cpu"];
        Assert.Equal(CommandLine.Success, CliRun.Of(generate).ExitCode);   // from the latest checkpoint
        Assert.Contains("is finished: it made 2 steps", Train("--resume", folder["run"]).Out, StringComparison.Ordinal);
        Assert.Equal(end, Weights(folder["run"]));
        Assert.Equal([1, 2], Steps(folder["run"]));
    }

    [Fact]
    public void A_run_by_tokens_ends_at_them_though_the_size_of_its_steps_changed()
    {
        using var folder = new TemporaryFolder();
        Begin(folder, "run", "--tokens 320");   // 10 steps of 2 sequences of 16 tokens
        Train("--resume", folder["run"], "--tokens", "641", "--batch", "1");
        Assert.Equal(10 + 21, Steps(folder["run"]).Length);
        Assert.Equal(
            320 + 21 * 16, TrainingStateFile.Read(CheckpointStore.FindLatest(folder["run"])!).Tokens);
        var resumed = Train("--resume", folder["run"], "--tokens", "650", "--batch", "auto");
        Assert.Contains("is finished: it made 31 steps", resumed.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_checkpoint_leads_to_the_one_before_and_a_missing_one_is_told()
    {
        using var folder = new TemporaryFolder();
        Begin(folder, "run", "--steps 6 --save-every 2 --keep 0");
        byte[] end = Weights(folder["run"]);
        foreach (string name in (string[])["model.safetensors", "optimizer.safetensors", "training_state.json"])
        {
            string path = folder[$"run/checkpoint-6/{name}"];
            byte[] whole = File.ReadAllBytes(path);
            File.WriteAllBytes(path, whole[..^40]);
            var damaged = CliRun.Of("train", "--resume", folder["run"], "--steps", "8");
            Assert.Equal(CommandLine.Failure, damaged.ExitCode);
            Assert.EndsWith($"The checkpoint before it: --resume {folder["run/checkpoint-4"]}\n", damaged.Error, StringComparison.Ordinal);
            File.WriteAllBytes(path, whole);
        }
        Directory.Delete(folder["run/checkpoint-6"], recursive: true);
        var resumed = Train("--resume", folder["run"]);
        Assert.Contains("missing  checkpoint-6, the latest checkpoint, is not there any more", resumed.Out, StringComparison.Ordinal);
        Assert.Equal(end, Weights(folder["run"]));
        Assert.Equal(Enumerable.Range(1, 6), Steps(folder["run"]));
    }

    [Fact]
    public void A_run_that_another_process_writes_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        Begin(folder, "run", "--steps 2");
        using var other = RunFolder.Open(folder["run"]);
        var second = CliRun.Of("train", "--resume", folder["run"], "--steps", "4");
        Assert.Equal(CommandLine.Failure, second.ExitCode);
        Assert.Contains("Another run is writing into", second.Error, StringComparison.Ordinal);
        Assert.Equal([1, 2], Steps(folder["run"]));
    }

    [Fact]
    public void A_run_that_another_process_took_further_meanwhile_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        Begin(folder, "run", "--steps 2");
        var point = ResumePoint.Find(folder["run"]);
        Train("--resume", folder["run"], "--steps", "4");
        Assert.Contains("Resume again", Assert.Throws<GpuLmException>(point.Take).Message, StringComparison.Ordinal);
        using var taken = ResumePoint.Find(folder["run"]).Take();
    }

    [Fact]
    public void A_disk_that_fills_up_costs_checkpoints_but_not_the_last_good_one()
    {
        using var folder = new TemporaryFolder();
        using var disk = Linux.SmallDisk(folder["disk"], 3 << 20);
        var run = CliRun.Of(
            [
                "train", .. Tiny.Split(' '), "--text", Text(folder), "--out", folder["disk/run"], "--steps", "60", "--save-every", "1",
                "--keep", "0",
            ]);
        Assert.Equal(CommandLine.Failure, run.ExitCode);
        Assert.Contains("Training goes on, and the next checkpoint is tried in 1 steps", run.Out, StringComparison.Ordinal);
        Assert.Contains("The checkpoint of step 60, which needs 1.1 MB, was not saved: the disk of", run.Error, StringComparison.Ordinal);
        Assert.Equal(60, Steps(folder["disk/run"]).Length);
        // With room again the run goes on from the last checkpoint that fitted, and ends as an undisturbed one does.
        int last = TrainingStateFile.Read(CheckpointStore.FindLatest(folder["disk/run"])!).Step;
        Assert.InRange(last, 2, 59);
        Directory.Delete(folder[$"disk/run/checkpoint-{last - 1}"], recursive: true);
        foreach (int step in Enumerable.Range(1, last - 2)) Directory.Delete(folder[$"disk/run/checkpoint-{step}"], recursive: true);
        Train("--resume", folder["disk/run"], "--save-every", "0");
        Begin(folder, "whole", "--steps 60");
        Assert.Equal(Weights(folder["whole"]), Weights(folder["disk/run"]));
    }

    [Fact]
    public void A_run_begins_with_the_weights_shape_and_tokenizer_of_another()
    {
        using var folder = new TemporaryFolder();
        Begin(folder, "run", "--steps 3 --tokenizer char");
        // A step that is too small to change a weight.
        string[] still = ["--steps", "1", "--learning-rate", "1e-35", "--weight-decay", "0", "--device", "cpu", "--measure-peaks", "off"];
        Train(["--init-from", folder["run"], "--text", Text(folder), "--out", folder["next"], .. still]);
        Assert.Equal(Weights(folder["run"]), Weights(folder["next"]));
        Assert.Equal("char", ModelDirectory.Open(folder["next"]).Tokenizer.Kind);
        Assert.Equal(1, TrainingStateFile.Read(folder["next/checkpoint-1"]).Step);
        // It goes on without the model that it began with.
        Directory.Delete(folder["run"], recursive: true);
        Train("--resume", folder["next"], "--steps", "2");
        Assert.Equal([1, 2], Steps(folder["next"]));
    }

    /// <summary>Two files with an index, names with a prefix, a model's configuration and the tokenizer's two older files.</summary>
    [Fact]
    public void A_folder_in_the_published_layout_evaluates_generates_and_trains_on()
    {
        using var folder = new TemporaryFolder();
        Begin(folder, "run", "--steps 2 --tokenizer bpe:300");
        Publish(folder["run"], folder["published"]);
        string[] same = ["--text", Text(folder), "--device", "cpu", "--json"];
        string[] prompt = ["--prompt", "The cat", "--tokens", "5", "--device", "cpu"];
        foreach (string[] line in (string[][])[["evaluate", .. same], ["generate", .. prompt]])
        {
            var (own, theirs) = (CliRun.Of([.. line, "--model", folder["run"]]), CliRun.Of([.. line, "--model", folder["published"]]));
            Assert.Equal((CommandLine.Success, own.Out), (theirs.ExitCode, theirs.Out));
        }
        string[] train = ["--text", Text(folder), "--steps", "2", "--device", "cpu", "--measure-peaks", "off"];
        foreach (string from in (string[])["run", "published"])
        {
            Train(["--init-from", folder[from], "--out", folder[$"from-{from}"], .. train]);
        }
        Assert.Equal(Weights(folder["from-run"]), Weights(folder["from-published"]));
    }

    static void Publish(string model, string published)
    {
        const string Prefix = "transformer.";
        Directory.CreateDirectory(published);
        var (config, _) = ModelDirectory.Open(model);
        var layout = new GptLayout(config);
        var values = new Dictionary<string, float[]>();
        ModelDirectory.ReadParameters(model, layout, (slot, read) => values.Add(Prefix + slot.Name, read));
        var map = new Dictionary<string, string>();
        foreach (var (slots, name) in new[] { (layout.Slots.Take(4), "a.safetensors"), (layout.Slots.Skip(4), "b.safetensors") })
        {
            SafetensorsWriter.Write(
                Path.Combine(published, name), slots.Select(slot => (Prefix + slot.Name, slot.Shape)), tensor => values[tensor]);
            foreach (var slot in slots) map.Add(Prefix + slot.Name, name);
        }
        string index = JsonSerializer.Serialize(new { metadata = new { total_size = 1 }, weight_map = map });
        File.WriteAllText(Path.Combine(published, ModelDirectory.WeightsIndexName), index);
        File.Copy(Path.Combine(model, ModelDirectory.ConfigName), Path.Combine(published, ModelDirectory.ConfigName));
        using var tokenizer = JsonDocument.Parse(File.ReadAllText(Path.Combine(model, ModelDirectory.TokenizerName)));
        var parts = tokenizer.RootElement.GetProperty("model");
        File.WriteAllText(Path.Combine(published, "vocab.json"), parts.GetProperty("vocab").GetRawText());
        File.WriteAllLines(
            Path.Combine(published, "merges.txt"),
            [
                "#version: 0.2",
                .. parts.GetProperty("merges").EnumerateArray().Select(
                    merge => merge.ValueKind == JsonValueKind.String ? merge.GetString()! : $"{merge[0]} {merge[1]}"),
            ]);
    }
}
