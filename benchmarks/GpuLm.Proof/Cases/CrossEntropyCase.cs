using GpuLm.Kernels.Common;
using GpuLm.Kernels.CrossEntropy;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Proof.Cases;

/// <summary>
/// Losses, which are fp32, and logits in <see cref="ProofCase.Padded"/> rows, overwritten by their gradients, which are the next call's
/// logits.
/// </summary>
sealed class CrossEntropyCase : ProofCase
{
    readonly int rows, vocabulary, stride;
    readonly float scale;
    readonly int[] hostTargets;
    readonly CrossEntropy crossEntropy;
    readonly Tensor logits;
    readonly ArrayView<float> losses;
    readonly ArrayView<int> targets;
    readonly Numbers numbers;

    public CrossEntropyCase(ComputeDevice device, CaseSpec spec, Precision precision) : base(device, precision)
    {
        (rows, vocabulary, scale) = (spec.Shape[0], spec.Shape[1], 1f / spec.Shape[0]);
        stride = Padded(vocabulary);
        crossEntropy = new CrossEntropy(device);
        (logits, numbers) = Input((long)rows * stride);
        losses = OutputFp32(rows);
        targets = Allocate<int>(rows);
        var random = new Random(rows);
        hostTargets = [.. Enumerable.Range(0, rows).Select(_ => random.Next(vocabulary))];
        device.Upload<int>(hostTargets, targets);
    }

    /// <summary>Reads the logits once and writes their gradients once.</summary>
    public override Work Work => Work.Bytes(2.0 * logits.ElementBytes * rows * vocabulary);

    protected override bool ChangesItsInputs => true;

    public override void Launch() => crossEntropy.ForwardBackward(logits, targets, rows, vocabulary, stride, scale, losses);

    protected override void Reset() => numbers.Fill(Device, logits);

    protected override IEnumerable<Expected> Sample()
    {
        foreach (int row in Some(rows, 6))
        {
            long first = (long)row * stride;
            double[] x = [.. Enumerable.Range(0, vocabulary).Select(i => (double)numbers[first + i])];
            int[] target = [hostTargets[row]];
            yield return Element("loss", losses, row, CrossEntropyReference.Forward(x, target, 1, vocabulary), 0, vocabulary);
            var gradient = CrossEntropyReference.Backward(x, target, 1, vocabulary, scale);
            foreach (int i in Some(vocabulary, 6).Append(target[0]))
            {
                yield return Element("gradient", logits, first + i, gradient, i, vocabulary);
            }
        }
    }
}
