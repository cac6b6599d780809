using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.CrossEntropy;
using GpuLm.Models;
using GpuLm.Reference;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>Losses, which are fp32, of a chunk of tokens, and logits in padded rows.</summary>
public abstract class CrossEntropyBenchmark : KernelBenchmark
{
    public override IReadOnlyList<Precision> Precisions => [Precision.Fp32, Precision.Bf16];

    protected int Rows => Case["rows"];

    protected int Columns => Case["columns"];

    protected int Stride => Buffers.Padded(Columns);

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
        [new(("rows", Math.Min(workload.Tokens, Chunk.MostTokens)), ("columns", workload.Model.Vocabulary))];
}

/// <summary>The loss alone.</summary>
public class CrossEntropyForward : CrossEntropyBenchmark
{
    public override string Kernel => "CrossEntropy.Forward";

    public override PreparedCall Prepare(Buffers buffers)
    {
        var crossEntropy = new CrossEntropy(buffers.Device);
        var (logits, hostLogits) = buffers.Input((long)Rows * Stride);
        int[] hostTargets = buffers.Ids(Rows, Columns);
        var (targets, losses) = (buffers.Upload(hostTargets), buffers.OutputFp32(Rows));
        return new(() => crossEntropy.Forward(logits, targets, Rows, Columns, Stride, losses), Sample);

        IEnumerable<Expected> Sample() =>
            from row in Buffers.Some(Rows, 6)
            let oracle = CrossEntropyReference.Forward(hostLogits.Range((long)row * Stride, Columns), [hostTargets[row]], 1, Columns)
            select buffers.Element("loss", losses, row, oracle, 0, Columns);
    }
}

/// <summary>The loss, and its gradient in place of the logits; these are the next call's logits, which takes it no other time.</summary>
public class CrossEntropyForwardBackward : CrossEntropyBenchmark
{
    public override string Kernel => "CrossEntropy.ForwardBackward";

    public override PreparedCall Prepare(Buffers buffers)
    {
        float scale = 1f / Rows;
        var crossEntropy = new CrossEntropy(buffers.Device);
        var (logits, hostLogits) = buffers.Input((long)Rows * Stride);
        int[] hostTargets = buffers.Ids(Rows, Columns);
        var (targets, losses) = (buffers.Upload(hostTargets), buffers.OutputFp32(Rows));
        return new(
            () => crossEntropy.ForwardBackward(logits, targets, Rows, Columns, Stride, scale, losses), Sample,
            () => hostLogits.Fill(buffers.Device, logits));

        IEnumerable<Expected> Sample()
        {
            foreach (int row in Buffers.Some(Rows, 6))
            {
                long first = (long)row * Stride;
                double[] x = hostLogits.Range(first, Columns);
                int[] target = [hostTargets[row]];
                yield return buffers.Element("loss", losses, row, CrossEntropyReference.Forward(x, target, 1, Columns), 0, Columns);
                var gradient = CrossEntropyReference.Backward(x, target, 1, Columns, scale);
                foreach (int i in Buffers.Some(Columns, 6).Append(target[0]))
                {
                    yield return buffers.Element("gradient", logits, first + i, gradient, i, Columns);
                }
            }
        }
    }
}
