using GpuLm.Kernels.Attention;
using GpuLm.Kernels.Common;
using GpuLm.Reference;
using ILGPU;
using TorchSharp;
using static TorchSharp.torch;

namespace GpuLm.Peers.Cases;

using Tensor = TorchSharp.torch.Tensor;

/// <summary>
/// Causal attention with as many key-value heads, forward or forward and backward. PyTorch's queries, keys and values lie apart, each
/// [B, T, H, D] in memory. One head is held to the oracle, at a few tokens.
/// </summary>
sealed class AttentionCase : OperatorCase
{
    readonly AttentionShape shape;
    readonly Attention attention;
    readonly bool backward;
    readonly float[] qkv, above;
    readonly ArrayView<float> ourQkv, ourAbove, ourOutput, logSumExp, ourDQkv;
    readonly Tensor[] parts;
    readonly Tensor torchAbove;

    public AttentionCase(ComputeDevice device, AttentionShape shape, bool backward)
        : base(
            device, $"Attention forward{(backward ? "+backward" : "")}",
            $"B {shape.Batch}, T {shape.Length}, H {shape.Heads}, D {shape.HeadSize}")
    {
        (this.shape, this.backward) = (shape, backward);
        attention = new Attention(device);
        (qkv, above) = (Numbers(1, shape.QkvLength), Numbers(2, shape.OutputLength));
        (ourQkv, ourAbove) = (Upload(qkv), Upload(above));
        (ourOutput, logSumExp, ourDQkv) = (Output(shape.OutputLength), Output(shape.Queries), Output(shape.QkvLength));
        parts = [.. Enumerable.Range(0, 3).Select(part => Heads(PartOf(part)).requires_grad_(backward))];
        torchAbove = Heads(above);
    }

    public override double Flops => Entries.Sum(entry => entry.Flops(Sizes));

    public override double Bytes => Entries.Sum(entry => entry.Bytes(Sizes));

    IEnumerable<KernelEntry> Entries => (backward ? (string[])["Attention.Forward", "Attention.Backward"] : ["Attention.Forward"])
        .Select(KernelCatalog.Find);

    KernelSizes Sizes => new(shape.Length, shape.HeadSize, Batch: shape.Batch * shape.Heads);

    public override void Torch()
    {
        using var scope = NewDisposeScope();
        TorchResults();
    }

    public override void Ours()
    {
        attention.Forward(ourQkv, shape, ourOutput, logSumExp);
        if (backward) attention.Backward(ourAbove, ourQkv, ourOutput, logSumExp, shape, ourDQkv);
        Device.Synchronize();
    }

    public override void Verify()
    {
        Ours();
        using var scope = NewDisposeScope();
        // [B, H, T, D] as [B, T, H, D], which is our order of one part.
        float[][] theirs = [.. TorchResults().Select(result => Read(result.transpose(1, 2)))];
        float[] output = Read(ourOutput), dQkv = Read(ourDQkv);
        int sequence = shape.Batch - 1, head = shape.Heads / 2, size = shape.HeadSize;
        var oracle = new AttentionHeadReference(
            Head(PartOf(0)), Head(PartOf(1)), Head(PartOf(2)), Head(above), shape.Length, size);
        foreach (int token in (int[])[0, shape.Length / 2, shape.Length - 1])
        {
            long at = (((long)sequence * shape.Length + token) * shape.Heads + head) * size;
            Require("output", at, theirs[0], output, oracle.Output(token), token + 1 + size);
            if (!backward) continue;
            var (dKey, dValue) = oracle.DKeyAndValue(token);
            int later = shape.Length - token;
            Require("dQuery", at, theirs[1], PartOf(0, dQkv), oracle.DQuery(token), token + 1 + size);
            Require("dKey", at, theirs[2], PartOf(1, dQkv), dKey, later + size);
            Require("dValue", at, theirs[3], PartOf(2, dQkv), dValue, later + size);
        }

        double[] Head(float[] part) =>
        [
            .. from token in Enumerable.Range(0, shape.Length)
               from d in Enumerable.Range(0, size)
               select (double)part[(((long)sequence * shape.Length + token) * shape.Heads + head) * size + d],
        ];
    }

    /// <summary>The output and, backward, the gradients of queries, keys and values.</summary>
    Tensor[] TorchResults()
    {
        var output = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: true);
        return backward ? [output, .. autograd.grad([output], parts, [torchAbove])] : [output];
    }

    Tensor Heads(float[] values) => Hold(Tensor(values, shape.Batch, shape.Length, shape.Heads, shape.HeadSize).transpose(1, 2));

    float[] PartOf(int part) => PartOf(part, qkv);

    /// <summary>Queries, keys or values out of what holds all three token by token.</summary>
    float[] PartOf(int part, float[] all)
    {
        var values = new float[shape.OutputLength];
        for (int token = 0; token < shape.Tokens; token++)
        {
            all.AsSpan(token * shape.TokenSize + part * shape.OutputSize, shape.OutputSize).CopyTo(values.AsSpan(token * shape.OutputSize));
        }
        return values;
    }
}
