using GpuLm.Bench.Peers;
using GpuLm.Peers.Commands;

namespace GpuLm.Peers.Cases;

/// <summary>Whole training steps: forward, backward, clipping, AdamW. Both sides start from the same weights.</summary>
sealed class StepCase : IPeerCase
{
    public const string Name = "training step";
    const double LossTolerance = 1e-4;
    readonly Workload workload;
    readonly Dictionary<string, double> peakMemory;
    readonly ISide torch, ours;
    readonly (int[] Inputs, int[] Targets)[] batches;
    int torchStep, ourStep;

    public StepCase(Workload workload, int threads)
    {
        this.workload = workload;
        // In processes of their own, before the sides take memory here.
        peakMemory = Sides.Names.ToDictionary(name => name, name => (double)MemoryCommand.PeakOf(name, workload, threads));
        torch = Sides.Create(PeerLabels.Torch, workload, threads);
        ours = Sides.Create(PeerLabels.GpuLm, workload, threads);
        batches = [.. Enumerable.Range(0, 4).Select(workload.BatchOf)];
    }

    public string What => Name;

    public string Shape => ShapeOf(workload);

    public double Flops => workload.Config.FlopsPerToken(workload.Length) * workload.Tokens;

    public double Tokens => workload.Tokens;

    /// <summary>PyTorch's loss of the first batch on the first weights; known after <see cref="Verify"/>.</summary>
    public double FirstLoss { get; private set; } = double.NaN;

    public static string ShapeOf(Workload workload) => $"{workload.Name}, B {workload.Batch}, T {workload.Length}";

    public void Torch() => Step(torch, ref torchStep);

    public void Ours() => Step(ours, ref ourStep);

    /// <summary>Three steps on the same batches must have the same losses.</summary>
    public void Verify()
    {
        for (int step = 0; step < 3; step++)
        {
            double expected = Step(torch, ref torchStep);
            if (step == 0) FirstLoss = expected;
            Hold(PeerLabels.GpuLm, Step(ours, ref ourStep), expected);
        }
    }

    /// <summary>Holds a side's loss to PyTorch's.</summary>
    /// <exception cref="WrongResultException">It is another.</exception>
    public void Hold(string side, double loss, double expected)
    {
        if (Math.Abs(loss - expected) <= LossTolerance * expected) return;
        throw new WrongResultException(FormattableString.Invariant($"{side}, {Shape}: the loss is {loss}, PyTorch's is {expected}"));
    }

    public IReadOnlyDictionary<string, double> FiguresOf(string side) =>
        peakMemory.TryGetValue(side, out double bytes) ? Figures(bytes) : new Dictionary<string, double>();

    public static IReadOnlyDictionary<string, double> Figures(double peakMemory) =>
        new Dictionary<string, double> { ["peak memory, bytes"] = peakMemory };

    public void Dispose()
    {
        torch.Dispose();
        ours.Dispose();
    }

    double Step(ISide side, ref int step)
    {
        var (inputs, targets) = batches[step++ % batches.Length];
        return side.Step(inputs, targets);
    }
}
