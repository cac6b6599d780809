using GpuLm.Bench;
using GpuLm.Bench.Measuring;
using GpuLm.Bench.Peers;
using GpuLm.Bench.Results;
using GpuLm.Devices;
using GpuLm.Kernels.Common;
using GpuLm.Peers.Cases;
using GpuLm.Peers.LlmC;

namespace GpuLm.Peers;

/// <summary>Which parts of the suite run.</summary>
/// <param name="Operators">Single operations.</param>
/// <param name="Steps">Training steps of these workloads; of all where it is null.</param>
/// <param name="Only">Only cases whose name, such as <c>MatMul NT 256 x 3072 x 768</c>, contains this.</param>
/// <param name="LlmC">A checkout of llm.c, to time that too.</param>
sealed record PeerParts(bool Operators, bool Steps, string? Only = null, DirectoryInfo? LlmC = null);

/// <summary>GpuLm beside PyTorch's CPU library and llm.c: what both compute equally is timed, in turn.</summary>
sealed class PeerSuite
{
    const string How =
        "The sides take turns in one process, with as many threads and on the same numbers; their results were first found equal, or "
        + "equal to an oracle in double. llm.c is a program of its own, which runs before and after the others.";

    readonly BenchOptions options;
    readonly int threads;
    readonly PeerPlan plan;
    readonly ComputeDevice device;
    readonly SpeedGauge gauge;
    readonly List<ResultRow> rows = [];

    PeerSuite(BenchOptions options, int threads, ComputeDevice device, SpeedGauge gauge)
    {
        (this.options, this.threads, this.device, this.gauge) = (options, threads, device, gauge);
        plan = new PeerPlan(options.Effort, threads);
    }

    public static SuiteResult Run(BenchOptions options, int threads, PeerParts parts)
    {
        var llmC = parts.LlmC is null ? null : LlmCProgram.Find(parts.LlmC);
        using var device = options.Open(threads);
        // Before libtorch's threads are there, which spin.
        var peaks = Ceilings.Measure(device, options.Effort);
        TorchLibrary.Open(threads);
        using var gauge = new SpeedGauge(device, peaks);
        var environment = EnvironmentProbe.Begin(options, device, peaks);
        var suite = new PeerSuite(options, threads, device, gauge);
        suite.Measure(parts, llmC);
        environment = environment with { Peaks = peaks.OrBetter(Ceilings.Measure(device, options.Effort)) };
        var software = new Dictionary<string, string>(environment.Software)
        {
            ["TorchSharp"] = TorchLibrary.TorchSharpVersion, ["libtorch"] = TorchLibrary.Version,
        };
        if (llmC is not null) software["llm.c"] = LlmCProgram.Build;
        return new SuiteResult(
            "peers", EnvironmentProbe.End(environment) with { Software = software }, suite.rows, [PeerTable.Of(suite.rows, How)]);
    }

    void Measure(PeerParts parts, LlmCProgram? llmC)
    {
        bool Wanted(string what, string shape) =>
            !options.Cancellation.IsCancellationRequested
            && (parts.Only is null || $"{what} {shape}".Contains(parts.Only, StringComparison.Ordinal));
        if (parts.Operators)
        {
            foreach (var make in plan.Operators(device).Where(_ => !options.Cancellation.IsCancellationRequested))
            {
                using var peerCase = make();
                if (Wanted(peerCase.What, peerCase.Shape)) Measure(peerCase, plan.OperatorTurns);
            }
        }
        if (!parts.Steps) return;
        foreach (var workload in plan.Workloads.Where(workload => Wanted(StepCase.Name, StepCase.ShapeOf(workload))))
        {
            if (workload == Workload.Gpt2 && llmC is not null)
            {
                using var trainer = new LlmCTrainer(llmC, workload, threads);
                MeasureBetween(trainer, workload);
            }
            else
            {
                using var step = plan.Step(workload);
                Measure(step, plan.StepTurns);
            }
        }
    }

    /// <summary>llm.c trains before and after the others, as many steps as they.</summary>
    void MeasureBetween(LlmCTrainer llmC, Workload workload)
    {
        int rounds = plan.StepTurns.Rounds;
        var before = llmC.Run(rounds / 2);
        using var step = plan.Step(workload);
        Measure(step, plan.StepTurns);
        var after = llmC.Run(rounds - rounds / 2);
        var row = Row(step, PeerLabels.LlmC) with
        {
            Seconds = [.. before.Seconds, .. after.Seconds], Figures = StepCase.Figures(after.PeakMemory),
        };
        Add(Checked(row, () => step.Hold(PeerLabels.LlmC, after.FirstLoss, step.FirstLoss)));
    }

    void Measure(IPeerCase peerCase, Turns turns)
    {
        ResultRow torch = Row(peerCase, PeerLabels.Torch), ours = Row(peerCase, PeerLabels.GpuLm);
        if (Checked(torch, peerCase.Verify) is { Refused: true, Reason: var reason })
        {
            Add(torch with { Reason = reason, Refused = true });
            Add(ours with { Reason = reason, Refused = true });
            return;
        }
        double before = gauge.Read();
        var samples = turns.Measure(peerCase.Torch, peerCase.Ours);
        double speed = Math.Min(before, gauge.Read());
        Add(torch with { Seconds = samples[0].Seconds, MachineSpeed = speed });
        Add(ours with { Seconds = samples[1].Seconds, MachineSpeed = speed });
    }

    static ResultRow Checked(ResultRow row, Action verify)
    {
        try
        {
            verify();
            return row;
        }
        catch (WrongResultException wrong)
        {
            return row with { Seconds = [], Reason = wrong.Message, Refused = true };
        }
    }

    static ResultRow Row(IPeerCase peerCase, string side) => new()
    {
        Name = PeerLabels.NameOf(peerCase.What, peerCase.Shape, "fp32", side),
        Labels = PeerLabels.Of(peerCase.What, peerCase.Shape, "fp32", side),
        Flops = peerCase.Flops, Bytes = peerCase.Bytes, Tokens = peerCase.Tokens, Figures = peerCase.FiguresOf(side),
    };

    void Add(ResultRow row)
    {
        rows.Add(row);
        options.Progress(FormattableString.Invariant(
            $"{row.Name}: {(row.Samples is { } samples ? $"{samples.Median * 1e3:g4} ms, spread {samples.Spread:p0}" : row.Reason)}"));
    }
}
