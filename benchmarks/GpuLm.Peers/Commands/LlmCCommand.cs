using System.CommandLine;
using System.Globalization;
using GpuLm.Bench.Measuring;
using GpuLm.Peers.LlmC;

namespace GpuLm.Peers.Commands;

/// <summary><c>llmc</c>: times llm.c's own training step.</summary>
static class LlmCCommand
{
    public static Command Create()
    {
        var checkout = CommonOptions.LlmC("--checkout");
        checkout.Required = true;
        var threads = CommonOptions.Threads();
        var steps = new Option<int>("--steps") { Description = "Timed steps, 1 to 9.", DefaultValueFactory = _ => 5 };
        steps.Validators.Add(result =>
        {
            if (result.GetValue(steps) is < 1 or > 9) result.AddError("--steps takes 1 to 9: llm.c writes samples after that.");
        });
        var command = new Command("llmc", "Times the training step of llm.c's CPU program: GPT-2 124M, B 4, T 64.")
        {
            checkout, threads, steps,
        };
        command.SetAction(result => Run(LlmCProgram.Find(result.GetValue(checkout)!), result.GetValue(threads), result.GetValue(steps)));
        return command;
    }

    static void Run(LlmCProgram program, int threads, int steps)
    {
        var workload = Workload.Gpt2;
        using var trainer = new LlmCTrainer(program, workload, threads);
        var (seconds, firstLoss, peakMemory) = trainer.Run(steps);
        var samples = new Samples(seconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"llm.c ({LlmCProgram.Build}), {workload.Name}, {threads} threads: first loss {firstLoss:f6}, "
            + $"{samples.Median * 1e3:f0} ms/step (spread {samples.Spread:p0}), "
            + $"{workload.Tokens / samples.Median:f0} tokens/s, peak memory {peakMemory / 1e9:f2} GB"));
    }
}
