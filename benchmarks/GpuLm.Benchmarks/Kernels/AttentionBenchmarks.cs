using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Attention;
using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>
/// Causal attention, queries in groups that share keys where the model's do. Only the pairs that the mask keeps count as work, with two
/// products forward and five backward, as FlashAttention's authors count them.
/// </summary>
public abstract class AttentionBenchmark : KernelBenchmark
{
    public override IReadOnlyList<Precision> Precisions => [Precision.Fp32, Precision.Bf16];

    public override bool IsProduct => true;

    protected static AttentionShape ShapeOf(KernelCase measured) =>
        new(measured["B"], measured["T"], measured["H"], measured["KV"], measured["D"]);

    public override int QuickShapes => 2;

    /// <summary>The model's heads; and on devices where large heads have kernels of their own, half as many of twice the size.</summary>
    public override IEnumerable<Sizes> Shapes(Workload workload, Target target)
    {
        var model = workload.Model;
        yield return Of(model.Heads, model.KeyValueHeads, model.HeadSize);
        if (target.HasTensorCores && model.IsRepresentative) yield return Of(model.Heads / 2, model.KeyValueHeads / 2, 2 * model.HeadSize);

        Sizes Of(int heads, int keyValueHeads, int headSize) =>
            new(("B", workload.Batch), ("T", workload.Length), ("H", heads), ("KV", keyValueHeads), ("D", headSize));
    }

    public override bool Has(KernelCase measured, Target target)
    {
        return measured.Precision == Precision.Fp32 || measured["D"] is 64 or 128;
    }

    public override KernelSizes CatalogSizes(KernelCase measured)
    {
        return new(measured["T"], measured["D"], Batch: measured["B"] * measured["H"]);
    }

    /// <summary>The formula's FLOP, also where a kernel computes a product twice. Grouped queries have fewer keys and values.</summary>
    public override Work Work(KernelCase measured, Target target)
    {
        var shape = ShapeOf(measured);
        int bytes = measured.Precision == Precision.Bf16 ? 2 : 4;
        double activations = bytes * Passes * (shape.QkvLength + (double)shape.OutputLength);
        return Harness.Work.Of(Kernel, CatalogSizes(measured)) with { Bytes = activations + sizeof(float) * (double)shape.Queries };
    }

    /// <summary>How often queries, keys, values and outputs, or their gradients, go to or come from memory.</summary>
    protected abstract int Passes { get; }
}

/// <summary>Outputs, and the log-sum-exp that the backward pass needs.</summary>
public class AttentionForward : AttentionBenchmark
{
    public override string Kernel => "Attention.Forward";

    protected override int Passes => 1;

    public override IEnumerable<string> Launched(KernelCase measured, Target target) =>
        [measured.Precision == Precision.Bf16 ? $"{Kernel}Bf16Head{measured["D"]}" : Kernel];

    public override PreparedCall Prepare(Buffers buffers)
    {
        var (shape, attention) = (ShapeOf(Case), new Attention(buffers.Device));
        var (qkv, hostQkv) = buffers.Input(shape.QkvLength);
        var (output, logSumExp) = (buffers.Output(shape.OutputLength), buffers.OutputFp32(shape.Queries));
        return new(() => attention.Forward(qkv, shape, output, logSumExp), Sample);

        IEnumerable<Expected> Sample()
        {
            var head = new AttentionHead(shape, hostQkv, hostQkv);
            return Buffers.Some(shape.Length, 4).SelectMany(token => head.Outputs(buffers, output, token));
        }
    }
}

/// <summary>Gradients of queries, keys and values.</summary>
public class AttentionBackward : AttentionBenchmark
{
    public override string Kernel => "Attention.Backward";

    protected override int Passes => 2;

    public override IEnumerable<string> Launched(KernelCase measured, Target target)
    {
        if (measured.Precision == Precision.Fp32) return [Kernel];
        string[] kernels = ["PrepareBackward", "QueryGradient", "KeyValueGradient"];
        return kernels.Select(kernel => $"Attention.{kernel}Bf16Head{measured["D"]}");
    }

    public override PreparedCall Prepare(Buffers buffers)
    {
        var (shape, attention) = (ShapeOf(Case), new Attention(buffers.Device));
        var (qkv, hostQkv) = buffers.Input(shape.QkvLength);
        var (dOutput, hostDOutput) = buffers.Input(shape.OutputLength);
        var dQkv = buffers.Output(shape.QkvLength);
        // What the forward pass leaves, made by it.
        Tensor output = buffers.Memory(shape.OutputLength);
        ArrayView<float> logSumExp = buffers.Allocate<float>(shape.Queries);
        attention.Forward(qkv, shape, output, logSumExp);
        return new(() => attention.Backward(dOutput, qkv, output, logSumExp, shape, dQkv), Sample);

        IEnumerable<Expected> Sample()
        {
            var head = new AttentionHead(shape, hostQkv, hostDOutput);
            foreach (int token in new[] { 0, shape.Length / 2, shape.Length - 1 })
            {
                foreach (var gradient in head.Queries(buffers, dQkv, token)) yield return gradient;
                foreach (var gradient in head.KeysAndValues(buffers, dQkv, token)) yield return gradient;
            }
        }
    }
}
