using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Attention;
using GpuLm.Kernels.Common;
using GpuLm.Reference;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>
/// A group of heads of the last sequence, those that share keys, and of these one: held to the oracle, as groups do not touch each other.
/// </summary>
sealed class AttentionHead(AttentionShape shape, Numbers qkv, Numbers dOutput)
{
    /// <summary>Of the group that is checked.</summary>
    readonly int keyHead = shape.KeyValueHeads / 2;

    /// <summary>Outputs of a token.</summary>
    public IEnumerable<Expected> Outputs(Buffers buffers, Tensor output, int token) =>
        Expect(buffers, "output", output, OutputAt(token, FirstHead), token + 1, [FirstHead], head => head.Output(token));

    /// <summary>Gradients of a token's query.</summary>
    public IEnumerable<Expected> Queries(Buffers buffers, Tensor dQkv, int token) =>
        Expect(buffers, "dQuery", dQkv, QueryAt(token, FirstHead), token + 1, [FirstHead], head => head.DQuery(token));

    /// <summary>Gradients of a token's key and value: sums over the queries from its own on, of all heads that share them.</summary>
    public IEnumerable<Expected> KeysAndValues(Buffers buffers, Tensor dQkv, int token)
    {
        int[] heads = [.. Enumerable.Range(FirstHead, shape.Group)];
        int terms = (shape.Length - token) * shape.Group;
        return Expect(buffers, "dKey", dQkv, KeyAt(token), terms, heads, head => head.DKeyAndValue(token).DKey)
            .Concat(Expect(buffers, "dValue", dQkv, ValueAt(token), terms, heads, head => head.DKeyAndValue(token).DValue));
    }

    int FirstHead => keyHead * shape.Group;

    long Token(int token) => (shape.Batch - 1L) * shape.Length + token;

    long QueryAt(int token, int head) => Token(token) * shape.TokenSize + head * shape.HeadSize;

    long KeyAt(int token) => QueryAt(token, shape.Heads + keyHead);

    long ValueAt(int token) => KeyAt(token) + shape.KeyValueHeads * shape.HeadSize;

    long OutputAt(int token, int head) => Token(token) * shape.OutputSize + head * shape.HeadSize;

    /// <summary>Some channels of a token, summed over heads.</summary>
    IEnumerable<Expected> Expect(
        Buffers buffers, string what, Tensor tensor, long first, int terms, int[] heads, Func<AttentionHeadReference, Oracle> oracle)
    {
        Oracle[] sums = [.. heads.Select(head => oracle(Reference(head, roundedTerms: false)))];
        Oracle[] roundings = [.. heads.Select(head => oracle(Reference(head, roundedTerms: true)))];
        var sum = new Oracle(shape.HeadSize);
        foreach (var part in sums)
        {
            for (int d = 0; d < shape.HeadSize; d++) sum.Add(d, part.Value[d], part.Magnitude[d]);
        }
        return Enumerable.Range(0, shape.HeadSize).Where(d => d % 7 == 0).Select(d => buffers.Element(
            what, tensor, first + d, sum, d, terms + shape.HeadSize,
            Math.Sqrt(roundings.Sum(part => part.Magnitude[d] * part.Magnitude[d]))));
    }

    AttentionHeadReference Reference(int head, bool roundedTerms) => new(
        Read(qkv, token => QueryAt(token, head)), Read(qkv, KeyAt), Read(qkv, ValueAt), Read(dOutput, token => OutputAt(token, head)),
        shape.Length, shape.HeadSize, roundedTerms);

    double[] Read(Numbers numbers, Func<int, long> first) =>
        [.. Enumerable.Range(0, shape.Length).SelectMany(token => numbers.Range(first(token), shape.HeadSize))];
}
