using System.CommandLine;
using System.Globalization;
using GpuLm.Peers.LlmC;
using GpuLm.Peers.Torch;

namespace GpuLm.Peers;

/// <summary><c>step</c>: whole training steps of PyTorch, GpuLm and llm.c.</summary>
static class StepCommand
{
    const double LossTolerance = 1e-4;

    sealed record Row(
        string Model, int Batch, int Length, string Side, double Milliseconds, double Spread, double TokensPerSecond,
        long PeakMemory, double GpuLmIsFaster);

    public static Command Create()
    {
        var threads = Common.Threads();
        var rounds = Common.Rounds(7);
        var json = Common.Json();
        var only = new Option<string?>("--only") { Description = "Only this size: 124M, 10.8M or 0.9M." };
        var llmC = new Option<DirectoryInfo?>("--llmc") { Description = "A checkout of github.com/karpathy/llm.c, to time that too." };
        var command = new Command("step", "Times whole fp32 training steps of a GPT-2 in PyTorch and GpuLm in turn.")
        {
            threads, rounds, only, llmC, json,
        };
        command.SetAction(result => Run(
            result.GetValue(threads), result.GetValue(rounds), result.GetValue(only), result.GetValue(llmC), result.GetValue(json)));
        return command;
    }

    static void Run(int threads, int rounds, string? only, DirectoryInfo? llmC, FileInfo? json)
    {
        var machine = Machine.Describe(threads, TorchGolden.Versions);
        Console.WriteLine(machine);
        Console.WriteLine();
        Console.WriteLine("| model | B x T | side | ms/step | spread | tokens/s | peak memory, MB | GpuLm is faster by |");
        Console.WriteLine("|---|---|---|---:|---:|---:|---:|---:|");
        var rows = new List<Row>();
        foreach (var workload in only is null ? Workload.Timed : [Workload.Named(only)])
        {
            bool withLlmC = llmC is not null && workload == Workload.Gpt2;
            using var program = withLlmC ? new LlmCTrainer(llmC!, workload, threads) : null;
            foreach (var row in Measure(workload, threads, rounds, program))
            {
                rows.Add(row);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {row.Model} | {row.Batch} x {row.Length} | {row.Side} | {row.Milliseconds:f1} | {row.Spread:p0} "
                    + $"| {row.TokensPerSecond:f0} | {row.PeakMemory / 1e6:f0} | {row.GpuLmIsFaster:f2} |"));
            }
        }
        if (json is not null) Common.Write(json, new { Machine = machine, Rows = rows });
    }

    static IEnumerable<Row> Measure(Workload workload, int threads, int rounds, LlmCTrainer? llmC)
    {
        var peaks = Sides.Names.Select(name => MemoryCommand.PeakOf(name, workload, threads)).ToArray();
        // llm.c is a program of its own: it runs before and after the others.
        var before = llmC?.Run(rounds / 2 + 1);
        double firstLoss;
        Timing[] times;
        using (var torch = Sides.Create(Sides.Torch, workload, threads))
        using (var ours = Sides.Create(Sides.GpuLm, workload, threads))
        {
            firstLoss = Verify(workload, torch, ours);
            times = Interleaved.Measure(
                rounds, block: TimeSpan.FromMilliseconds(200), warmUp: TimeSpan.FromSeconds(8),
                Stepping(workload, torch), Stepping(workload, ours));
        }
        for (int side = 0; side < Sides.Names.Count; side++)
        {
            yield return RowOf(Sides.Names[side], times[side], peaks[side], times[1].SpeedUpOver(times[side]));
        }
        if (llmC is null) yield break;
        var after = llmC.Run(rounds / 2 + 1);
        Hold(workload, Sides.LlmC, after.FirstLoss, firstLoss);
        var theirs = new Timing([.. before!.Value.Milliseconds, .. after.Milliseconds]);
        yield return RowOf(Sides.LlmC, theirs, after.PeakMemory, theirs.Median / times[1].Median);

        Row RowOf(string side, Timing timing, long peak, double faster) => new(
            workload.Name, workload.Batch, workload.Length, side, timing.Median, timing.Spread,
            workload.Tokens / timing.Median * 1000, peak, faster);
    }

    /// <summary>Three steps from the same weights on the same batches must have the same losses.</summary>
    static double Verify(Workload workload, ISide torch, ISide ours)
    {
        double first = double.NaN;
        for (int step = 0; step < 3; step++)
        {
            var (inputs, targets) = workload.BatchOf(step);
            double expected = torch.Step(inputs, targets);
            Hold(workload, ours.Name, ours.Step(inputs, targets), expected);
            if (step == 0) first = expected;
        }
        return first;
    }

    static void Hold(Workload workload, string side, double loss, double expected)
    {
        if (Math.Abs(loss - expected) <= LossTolerance * expected) return;
        throw new InvalidOperationException(
            $"{workload.Name}: the loss of {side} is {loss}, PyTorch's is {expected}; what is not equal is not timed.");
    }

    static Action Stepping(Workload workload, ISide side)
    {
        var batches = Enumerable.Range(0, 4).Select(workload.BatchOf).ToArray();
        int step = 0;
        return () =>
        {
            var (inputs, targets) = batches[step++ % batches.Length];
            side.Step(inputs, targets);
        };
    }
}
