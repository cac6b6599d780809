using GpuLm.Kernels.Attention;
using GpuLm.Kernels.Common;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Proof.Cases;

/// <summary>Causal attention; one head is checked, at a few tokens. Only the pairs that the mask keeps count as work.</summary>
sealed class AttentionCase : ProofCase
{
    readonly AttentionShape shape;
    readonly Attention attention;
    readonly bool backward;
    readonly Tensor qkv, output, dOutput, dQkv;
    readonly ArrayView<float> logSumExp;
    readonly Numbers numbers, numbersAbove;

    public AttentionCase(ComputeDevice device, CaseSpec spec, Precision precision) : base(device, precision)
    {
        shape = new AttentionShape(spec.Shape[0], spec.Shape[1], spec.Shape[2], spec.Shape[2], spec.Shape[3]);
        backward = spec.Op.EndsWith("backward", StringComparison.Ordinal);
        attention = new Attention(device);
        (qkv, numbers) = Input(shape.QkvLength);
        (dOutput, numbersAbove) = Input(shape.OutputLength);
        output = Output(shape.OutputLength);
        logSumExp = OutputFp32(shape.Queries);
        dQkv = Output(shape.QkvLength);
    }

    /// <summary>Two products over T^2/2 pairs forward and five backward, as FlashAttention's authors count them.</summary>
    public override Work Work => Work.Flops((backward ? 3.5 : 1) * 4 * shape.HeadSize * shape.Queries * (double)shape.Length / 2);

    public override void Launch()
    {
        attention.Forward(qkv, shape, output, logSumExp);
        if (backward) attention.Backward(dOutput, qkv, output, logSumExp, shape, dQkv);
    }

    protected override IEnumerable<Expected> Sample()
    {
        int sequence = shape.Batch - 1, head = shape.Heads / 2, first = sequence * shape.Length, size = shape.HeadSize;
        double[] q = Head(numbers, shape.TokenSize, 0), k = Head(numbers, shape.TokenSize, 1), v = Head(numbers, shape.TokenSize, 2);
        double[] above = Head(numbersAbove, shape.OutputSize, 0);
        var sums = new AttentionHeadReference(q, k, v, above, shape.Length, size);
        var roundings = new AttentionHeadReference(q, k, v, above, shape.Length, size, roundedTerms: true);
        foreach (int token in Some(shape.Length, 4))
        {
            var (sum, rounding) = (sums.Output(token), roundings.Output(token));
            foreach (var e in Row("output", output, shape.OutputSize, token, 0, sum, rounding)) yield return e;
        }
        if (!backward) yield break;
        foreach (int token in new[] { 0, shape.Length / 2, shape.Length - 1 })
        {
            var (dKey, dValue) = sums.DKeyAndValue(token);
            var (dKeyRoundings, dValueRoundings) = roundings.DKeyAndValue(token);
            foreach (var e in Row("dQuery", dQkv, shape.TokenSize, token, 0, sums.DQuery(token), roundings.DQuery(token))) yield return e;
            foreach (var e in Row("dKey", dQkv, shape.TokenSize, token, 1, dKey, dKeyRoundings)) yield return e;
            foreach (var e in Row("dValue", dQkv, shape.TokenSize, token, 2, dValue, dValueRoundings)) yield return e;
        }

        double[] Head(Numbers from, int tokenSize, int part)
        {
            var values = new double[shape.Length * size];
            for (int i = 0; i < values.Length; i++) values[i] = from[Index(tokenSize, i / size, part) + i % size];
            return values;
        }

        IEnumerable<Expected> Row(string what, Tensor tensor, int tokenSize, int token, int part, Oracle sum, Oracle rounding)
        {
            // What comes from a key is a sum over the queries from its own on.
            int terms = part == 0 ? token + 1 : shape.Length - token;
            return Enumerable.Range(0, size).Where(d => d % 7 == 0).Select(d => Element(
                what, tensor, Index(tokenSize, token, part) + d, sum, d, terms + size, rounding.Magnitude[d]));
        }

        long Index(int tokenSize, int token, int part) => (long)(first + token) * tokenSize + (part * shape.Heads + head) * size;
    }
}
