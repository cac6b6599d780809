using GpuLm.Bench;
using GpuLm.Bench.Measuring;
using GpuLm.Kernels.Attention;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul;
using GpuLm.Peers.Cases;

namespace GpuLm.Peers;

/// <summary>What is compared, and how long each is timed: at the shapes of GPT-2 124M and of the 10.8M model.</summary>
sealed class PeerPlan(Effort effort, int threads)
{
    /// <summary>Idle threads of libtorch spin for some milliseconds; the next in turn must not pay for that.</summary>
    static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);

    static readonly (bool TransposeA, bool TransposeB)[] Kinds = [(false, false), (false, true), (true, false)];

    public Turns OperatorTurns => new()
    {
        Rounds = effort == Effort.Tiny ? 2 : 9,
        Block = TimeSpan.FromMilliseconds(effort switch { Effort.Full => 60, Effort.Quick => 30, _ => 1 }),
        WarmUp = TimeSpan.FromMilliseconds(effort switch { Effort.Full => 400, Effort.Quick => 250, _ => 1 }),
        Rest = Rest,
    };

    public Turns StepTurns => new()
    {
        Rounds = effort == Effort.Tiny ? 2 : 7,
        Block = TimeSpan.FromMilliseconds(effort == Effort.Tiny ? 1 : 200),
        WarmUp = effort switch { Effort.Full => TimeSpan.FromSeconds(8), Effort.Quick => TimeSpan.FromSeconds(2), _ => TimeSpan.Zero },
        Rest = Rest,
    };

    public IReadOnlyList<Workload> Workloads => effort == Effort.Tiny ? Workload.Golden : Workload.Timed;

    /// <summary>M, N, K; 256 tokens are a step's on this model, 2048 those of a larger batch.</summary>
    IEnumerable<(int M, int N, int K)> Products => effort switch
    {
        Effort.Tiny => [(33, 31, 29)],
        Effort.Quick => [(1024, 1024, 1024), (256, 3072, 768), (256, 50_257, 768)],
        _ =>
        [
            (512, 512, 512), (1024, 1024, 1024), (2048, 2048, 2048),
            .. from m in (int[])[256, 2048]
               from layer in ((int K, int N)[])[(768, 2304), (768, 768), (768, 3072), (3072, 768), (768, 50_257)]
               select (m, layer.N, layer.K),
        ],
    };

    IEnumerable<AttentionShape> Attentions => effort switch
    {
        Effort.Tiny => [new(2, 13, 2, 2, 8)],
        Effort.Quick => [new(4, 64, 12, 12, 64), new(8, 256, 6, 6, 64)],
        _ => [new(4, 64, 12, 12, 64), new(8, 256, 6, 6, 64), new(1, 1024, 12, 12, 64)],
    };

    IEnumerable<(int Rows, int Columns)> Norms => effort switch
    {
        Effort.Tiny => [(13, 40)],
        Effort.Quick => [(256, 768), (2048, 384)],
        _ => [(256, 768), (2048, 384), (8192, 768)],
    };

    /// <summary>All cases of one operation each, made one after the other.</summary>
    public IEnumerable<Func<IPeerCase>> Operators(ComputeDevice device) =>
    [
        .. from size in Products
           from kind in Kinds
           let shape = new MatMulShape(size.M, size.N, size.K, kind.TransposeA, kind.TransposeB)
           select (Func<IPeerCase>)(() => new MatMulCase(device, shape)),
        .. from shape in Attentions
           from backward in (bool[])[false, true]
           select (Func<IPeerCase>)(() => new AttentionCase(device, shape, backward)),
        .. from size in Norms
           from backward in (bool[])[false, true]
           select (Func<IPeerCase>)(() => new LayerNormCase(device, size.Rows, size.Columns, backward)),
    ];

    public StepCase Step(Workload workload) => new(workload, threads);
}
