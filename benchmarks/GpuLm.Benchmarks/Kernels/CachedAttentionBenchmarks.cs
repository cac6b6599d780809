using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.CachedAttention;
using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.Reference;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>Attention over a cache of B sequences of T tokens, as a model has it that continues them.</summary>
public abstract class CachedAttentionBenchmark : KernelBenchmark
{
    public override IReadOnlyList<Precision> Precisions => [Precision.Fp32, Precision.Bf16];

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target)
    {
        var model = workload.Model;
        yield return new(
            ("B", workload.Batch), ("T", workload.Length), ("H", model.Heads), ("KV", model.KeyValueHeads), ("D", model.HeadSize));
    }

    protected static CacheShape ShapeOf(KernelCase measured) =>
        new(measured["B"], measured["T"], measured["H"], measured["KV"], measured["D"]);

    protected static int BytesOf(KernelCase measured) => measured.Precision == Precision.Bf16 ? 2 : 4;

    /// <summary>The last tokens of all sequences, so many of each.</summary>
    protected PlacedTokens Tokens(Buffers buffers, int count)
    {
        var shape = ShapeOf(Case);
        int rows = shape.Slots * count;
        var tokens = buffers.Own(new PlacedTokens(buffers.Device, rows, 1, shape.Slots, shape.Capacity));
        int[] index = [.. Enumerable.Range(0, rows)];
        tokens.Load(
            new int[rows], [.. index.Select(row => row / count)], [.. index.Select(row => shape.Capacity - count + row % count)]);
        return tokens;
    }
}

/// <summary>Keys and values of whole prompts go to their places.</summary>
public class CachedAttentionAppend : CachedAttentionBenchmark
{
    public override string Kernel => "CachedAttention.Append";

    public override KernelSizes CatalogSizes(KernelCase measured) =>
        new(measured["B"] * measured["T"], measured["KV"] * measured["D"]);

    public override PreparedCall Prepare(Buffers buffers)
    {
        var (shape, attention, tokens) = (ShapeOf(Case), new CachedAttention(buffers.Device), Tokens(buffers, Case["T"]));
        var (qkv, hostQkv) = buffers.Input((long)tokens.Count * shape.TokenSize);
        var (keys, values) = (buffers.Output(shape.KeyLength), buffers.Output(shape.ValueLength));
        return new(() => attention.Append(qkv, tokens, shape, keys, values), Sample);

        IEnumerable<Expected> Sample() =>
            from token in Buffers.Some(tokens.Count, 6)
            from channel in Buffers.Some(shape.KeyValueHeads * shape.HeadSize, 6)
            let head = channel / shape.HeadSize
            let d = channel % shape.HeadSize
            let source = (long)token * shape.TokenSize + (shape.Heads + head) * shape.HeadSize + d
            let key = shape.KeyOffset(token / Case["T"], head, token % Case["T"]) + d * CacheShape.Panel
            let value = shape.ValueOffset(token / Case["T"], head, token % Case["T"]) + d
            from element in new[]
            {
                buffers.Element("keys", keys, key, Copy(hostQkv[source]), 0, 1),
                buffers.Element("values", values, value, Copy(hostQkv[source + shape.KeyValueHeads * shape.HeadSize]), 0, 1),
            }
            select element;
    }

    static Oracle Copy(float number)
    {
        var oracle = new Oracle(1);
        oracle.Set(0, number);
        return oracle;
    }
}

/// <summary>The next token of each sequence attends to all T that are cached, itself the last.</summary>
public class CachedAttentionForward : CachedAttentionBenchmark
{
    public override string Kernel => "CachedAttention.Forward";

    public override KernelSizes CatalogSizes(KernelCase measured) =>
        new(measured["B"], measured["H"] * measured["D"], measured["T"]);

    /// <summary>Grouped queries share keys and values.</summary>
    public override Work Work(KernelCase measured, Target target)
    {
        var shape = ShapeOf(measured);
        double cached = 2.0 * shape.Capacity * shape.KeyValueHeads * shape.HeadSize, own = 2.0 * shape.OutputSize;
        return Harness.Work.Of(Kernel, CatalogSizes(measured)) with { Bytes = BytesOf(measured) * shape.Slots * (cached + own) };
    }

    public override PreparedCall Prepare(Buffers buffers)
    {
        var (shape, attention, tokens) = (ShapeOf(Case), new CachedAttention(buffers.Device), Tokens(buffers, 1));
        var (qkv, hostQkv) = buffers.Input((long)tokens.Count * shape.TokenSize);
        var (keys, hostKeys) = buffers.Input(shape.KeyLength);
        var (values, hostValues) = buffers.Input(shape.ValueLength);
        var output = buffers.Output((long)tokens.Count * shape.OutputSize);
        return new(() => attention.Forward(qkv, tokens, shape, keys, values, output), Sample);

        IEnumerable<Expected> Sample() =>
            from row in Buffers.Some(tokens.Count, 2)
            from head in Buffers.Some(shape.Heads, 2)
            let oracle = Head(row, head).Output(shape.Capacity - 1)
            from d in Buffers.Some(shape.HeadSize, 6)
            select buffers.Element(
                "output", output, (long)row * shape.OutputSize + head * shape.HeadSize + d, oracle, d,
                shape.Capacity + shape.HeadSize, rounded: 0);

        AttentionHeadReference Head(int row, int head)
        {
            int size = shape.HeadSize, length = shape.Capacity, shared = head / shape.Group;
            double[] queries = new double[length * size], k = new double[length * size], v = new double[length * size];
            hostQkv.Range((long)row * shape.TokenSize + head * size, size).CopyTo(queries, (length - 1) * size);
            for (int token = 0; token < length; token++)
            {
                hostValues.Range(shape.ValueOffset(row, shared, token), size).CopyTo(v, token * size);
                for (int d = 0; d < size; d++) k[token * size + d] = hostKeys[shape.KeyOffset(row, shared, token) + d * CacheShape.Panel];
            }
            return new(queries, k, v, queries, length, size);
        }
    }
}
