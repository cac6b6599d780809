using System.Text;
using GpuLm.Cli;
using GpuLm.Tests.Data;
using Xunit;

namespace GpuLm.Tests.Cli;

/// <summary><c>gpulm data</c>, and the ways in which <c>gpulm train</c> takes text.</summary>
public sealed class DataCommandTests : IDisposable
{
    const string Tiny = "train --layers 1 --heads 2 --channels 16 --context 16 --batch 4 --steps 2 --device cpu --out";

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_list_names_every_set()
    {
        var run = CliRun.Of("data", "list");
        Assert.Equal((CommandLine.Success, ""), (run.ExitCode, run.Error));
        foreach (string name in (string[])["tiny-shakespeare", "tinystories", "fineweb-edu-sample", "enwik8", "2.25 GB"])
        {
            Assert.Contains(name, run.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_mirror_with_other_bytes_is_refused()
    {
        using var server = new FileServer("not Shakespeare"u8.ToArray());
        var run = CliRun.Of("data", "fetch", "tiny-shakespeare", "--out", folder.Path, "--mirror", server.Address.ToString());
        Assert.Equal(CommandLine.Failure, run.ExitCode);
        Assert.Contains("expected 1,115,394 with 86c4e6aa", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
        Assert.StartsWith("GET /karpathy/char-rnn/", Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_is_held_out_is_no_number_that_is_none()
    {
        folder.Write("a.txt", "one\n<|endoftext|>\ntwo"u8);
        var run = CliRun.Of("data", "prepare", "--text", folder["a.txt"], "--held-out", "0.001", "--cache", folder["cache"]);
        Assert.Equal((CommandLine.Success, ""), (run.ExitCode, run.Error));
        Assert.Contains("held out 0 tokens", run.Out, StringComparison.Ordinal);
        // 6 bytes in 6 tokens and one between the documents.
        Assert.Contains("0.86 bytes each", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_prepared_is_found_by_training()
    {
        File.WriteAllLines(
            folder["a.jsonl"], Enumerable.Range(0, 400).Select(i => $"{{\"story\": \"Once there were {i} cats and {i * i} mice.\"}}"));
        string[] text = ["--text", folder["*.jsonl"], "--text-field", "story", "--held-out", "0.2", "--cache", folder["cache"]];
        var prepare = CliRun.Of(["data", "prepare", .. text]);
        Assert.Equal((CommandLine.Success, ""), (prepare.ExitCode, prepare.Error));
        Assert.Contains("held out", prepare.Out, StringComparison.Ordinal);
        Assert.Contains("MB/s", prepare.Out, StringComparison.Ordinal);
        var kept = Directory.GetFiles(folder["cache"], "*.bin", SearchOption.AllDirectories);
        Assert.Equal(2, kept.Length);

        // If training made the tokens again, it would read the file that is damaged now, and say so.
        byte[] shard = File.ReadAllBytes(kept[0]);
        var good = CliRun.Of([.. Tiny.Split(' '), folder["run"], .. text]);
        Assert.Equal((CommandLine.Success, ""), (good.ExitCode, good.Error));
        shard[^1] ^= 1;
        File.WriteAllBytes(kept[0], shard);
        var damaged = CliRun.Of([.. Tiny.Split(' '), folder["again"], .. text]);
        Assert.Equal(CommandLine.Success, damaged.ExitCode);
        Assert.Contains("damaged", damaged.Error, StringComparison.Ordinal);
        Assert.Equal(
            File.ReadAllBytes(folder["run/model.safetensors"]), File.ReadAllBytes(folder["again/model.safetensors"]));

        string heldOut = File.ReadAllText(folder["run/held-out.txt"]);
        Assert.InRange(heldOut.Split("<|endoftext|>").Length, 50, 110);
        var evaluate = CliRun.Of("evaluate", "--model", folder["run"], "--text", folder["run/held-out.txt"], "--device", "cpu");
        Assert.Equal(CommandLine.Success, evaluate.ExitCode);
    }

    [Fact]
    public void Standard_input_trains()
    {
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("The cat sat on the mat. ", 100)));
        using StringWriter output = new(), error = new();
        var terminal = new Terminal(output, error, IsInteractive: false) { In = () => new MemoryStream(text) };
        int exitCode = CommandLine.Run([.. Tiny.Split(' '), folder["run"], "--text", "-", "--tokenizer", "char"], terminal);
        Assert.Equal((CommandLine.Success, ""), (exitCode, error.ToString()));
        Assert.Contains("2,160 bytes to train on, 240 held out", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_of_its_own_validates()
    {
        folder.Write("train.txt", new string('a', 500));
        folder.Write("validation.txt", new string('b', 100));
        var run = CliRun.Of(
            [
                .. Tiny.Split(' '), folder["run"], "--text", folder["train.txt"], "--validation", folder["validation.txt"],
                "--tokenizer", "char",
            ]);
        Assert.Equal((CommandLine.Success, ""), (run.ExitCode, run.Error));
        Assert.Contains("500 bytes to train on, 100 held out", run.Out, StringComparison.Ordinal);
        Assert.Equal(new string('b', 100), File.ReadAllText(folder["run/held-out.txt"]));
    }
}
