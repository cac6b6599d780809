using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Embedding;
using GpuLm.Models;
using GpuLm.Reference;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>
/// Token plus position embedding of a batch. All copies of a cold case share one table, which no cache holds, and have other tokens each.
/// </summary>
public abstract class EmbeddingBenchmark : KernelBenchmark
{
    const int IdsOfCopy = 1000;
    int copies;

    public override IReadOnlyList<Precision> Precisions => [Precision.Fp32, Precision.Bf16];

    protected int B => Case["B"];

    protected int T => Case["T"];

    protected int C => Case["C"];

    protected int V => Case["V"];

    public override bool IsUsedBy(ModelShape model) => !model.IsLlama;

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
    [
        new(("B", workload.Batch), ("T", workload.Length), ("C", workload.Model.Channels), ("V", workload.Model.Vocabulary)),
    ];

    public override KernelSizes CatalogSizes(KernelCase measured) => new(measured["B"] * measured["T"], measured["C"], measured["T"]);

    /// <summary>The next copy's tokens.</summary>
    protected (TokenIndex Index, int[] Ids) Tokens(Buffers buffers)
    {
        var random = new Random(IdsOfCopy + copies++);
        int[] ids = [.. Enumerable.Range(0, B * T).Select(_ => random.Next(V))];
        var index = buffers.Own(new TokenIndex(buffers.Device, ids.Length, V));
        index.Load(ids);
        return (index, ids);
    }
}

/// <summary>The sum of both embeddings.</summary>
public class EmbeddingForward : EmbeddingBenchmark
{
    (Tensor Tensor, Numbers Numbers)? table;

    public override string Kernel => "Embedding.Forward";

    public override PreparedCall Prepare(Buffers buffers)
    {
        var embedding = new Embedding(buffers.Device);
        var (tokens, ids) = Tokens(buffers);
        var (wpe, hostWpe) = buffers.Input((long)T * C);
        var (wte, hostWte) = table ??= buffers.Input((long)V * C);
        var y = buffers.Output((long)ids.Length * C);
        return new(() => embedding.Forward(tokens, wte, wpe, B, T, C, y), Sample);

        IEnumerable<Expected> Sample() =>
            from row in Buffers.Some(ids.Length, 8)
            let oracle = ResidualAddReference.Forward(hostWte.Range((long)ids[row] * C, C), hostWpe.Range((long)(row % T) * C, C))
            from column in Buffers.Some(C, 6)
            select buffers.Element("y", y, (long)row * C + column, oracle, column, 2);
    }
}

/// <summary>The same for tokens whose positions are given, as a model has them that continues texts.</summary>
public class EmbeddingForwardAt : EmbeddingBenchmark
{
    (Tensor Tensor, Numbers Numbers)? table;

    public override string Kernel => "Embedding.ForwardAt";

    public override PreparedCall Prepare(Buffers buffers)
    {
        var embedding = new Embedding(buffers.Device);
        int[] ids = buffers.Ids(B * T, V), positions = buffers.Ids(B * T, T);
        var tokens = buffers.Own(new PlacedTokens(buffers.Device, ids.Length, V, 1, T));
        tokens.Load(ids, new int[ids.Length], positions);
        var (wpe, hostWpe) = buffers.Input((long)T * C);
        var (wte, hostWte) = table ??= buffers.Input((long)V * C);
        var y = buffers.Output((long)ids.Length * C);
        return new(() => embedding.ForwardAt(tokens, wte, wpe, C, y), Sample);

        IEnumerable<Expected> Sample() =>
            from row in Buffers.Some(ids.Length, 8)
            let oracle = ResidualAddReference.Forward(
                hostWte.Range((long)ids[row] * C, C), hostWpe.Range((long)positions[row] * C, C))
            from column in Buffers.Some(C, 6)
            select buffers.Element("y", y, (long)row * C + column, oracle, column, 2);
    }
}

/// <summary>Adds to the gradient of the token embedding and overwrites that of the positions; both are fp32.</summary>
public class EmbeddingBackward : EmbeddingBenchmark
{
    ArrayView<float>? gradient;

    public override string Kernel => "Embedding.Backward";

    public override IEnumerable<string> Launched(KernelCase measured, Target target)
    {
        if (target.IsCpu) return ["Embedding.BackwardByChannels"];
        string format = measured.Precision == Precision.Bf16 ? "Bf16" : "";
        return [$"Embedding.BackwardPositions{format}", $"Embedding.BackwardTokens{format}"];
    }

    public override Work Work(KernelCase measured, Target target)
    {
        var sizes = CatalogSizes(measured);
        var work = Harness.Work.Of("Embedding.BackwardByChannels", sizes);
        return measured.Precision == Precision.Bf16 ? work with { Bytes = work.Bytes - 2 * sizes.Elements } : work;
    }

    public override PreparedCall Prepare(Buffers buffers)
    {
        var embedding = new Embedding(buffers.Device);
        var (tokens, ids) = Tokens(buffers);
        var (dY, hostDY) = buffers.Input((long)ids.Length * C);
        var dWpe = buffers.OutputFp32((long)T * C);
        var dWte = gradient ??= buffers.Allocate<float>((long)V * C);
        return new(
            () => embedding.Backward(dY, tokens, B, T, C, T, dWte, dWpe, accumulate: false), Sample,
            () => dWte.MemSetToZero(buffers.Device.Stream));

        IEnumerable<Expected> Sample()
        {
            foreach (int column in Buffers.Some(C, 6))
            {
                foreach (int row in Buffers.Some(ids.Length, 6))
                {
                    var token = Sum(Enumerable.Range(0, ids.Length).Where(i => ids[i] == ids[row]), column);
                    yield return buffers.Element("dWte", dWte, (long)ids[row] * C + column, token, 0, ids.Length);
                }
                foreach (int t in Buffers.Some(T, 3))
                {
                    var position = Sum(Enumerable.Range(0, B).Select(b => b * T + t), column);
                    yield return buffers.Element("dWpe", dWpe, (long)t * C + column, position, 0, B);
                }
            }
        }

        Oracle Sum(IEnumerable<int> rows, int column) =>
            ReductionReference.Sum([.. rows.Select(row => (double)hostDY[(long)row * C + column])]);
    }
}
