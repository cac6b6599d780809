using System.CommandLine;
using System.Globalization;

namespace GpuLm.Peers.LlmC;

/// <summary><c>llmc</c>: times llm.c's own training step.</summary>
static class LlmCCommand
{
    public static Option<DirectoryInfo?> Checkout() => new("--checkout") { Description = "A checkout of github.com/karpathy/llm.c." };

    public static Command Create()
    {
        var checkout = Checkout();
        checkout.Required = true;
        var threads = Common.Threads();
        var steps = new Option<int>("--steps") { Description = "Timed steps, 1 to 9.", DefaultValueFactory = _ => 5 };
        var command = new Command("llmc", "Times the training step of llm.c's CPU program: GPT-2 124M, B 4, T 64.")
        {
            checkout, threads, steps,
        };
        command.SetAction(result => Run(result.GetValue(checkout)!, result.GetValue(threads), result.GetValue(steps)));
        return command;
    }

    static void Run(DirectoryInfo checkout, int threads, int steps)
    {
        var workload = Workload.Gpt2;
        using var trainer = new LlmCTrainer(checkout, workload, threads);
        var (milliseconds, firstLoss, peakMemory) = trainer.Run(steps);
        var timing = new Timing(milliseconds);
        Console.WriteLine(Machine.Describe(threads, $"llm.c, built with {LlmCTrainer.Build}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"llm.c, {workload.Name}: first loss {firstLoss:f6}, {timing.Median:f0} ms/step (spread {timing.Spread:p0}), "
            + $"{workload.Tokens / timing.Median * 1000:f0} tokens/s, peak memory {peakMemory / 1e9:f2} GB"));
    }
}
