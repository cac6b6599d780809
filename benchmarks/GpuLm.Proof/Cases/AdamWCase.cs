using GpuLm.Kernels.AdamW;
using GpuLm.Kernels.Common;
using GpuLm.Reference;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Proof.Cases;

/// <summary>
/// One AdamW update of all parameters of a model; each is checked by the first step from fresh parameters and moments. Parameters,
/// gradients and moments are fp32 in each precision; in bf16 the update also writes the matrices' bf16 copy.
/// </summary>
sealed class AdamWCase : ProofCase
{
    const float Norm = 2;
    static readonly AdamWStep Numbers = new(1e-3, 0.9, 0.99, 1e-8, 0.1, Step: 1, Clip: 1);
    readonly long length, matrixLength;
    readonly AdamW adamW;
    readonly ArrayView<float> parameters, gradients, first, second, norm;
    readonly Tensor copies;
    readonly Numbers numbersParameters, numbersGradients;

    public AdamWCase(ComputeDevice device, CaseSpec spec, Precision precision) : base(device, precision)
    {
        length = spec.Shape[0];
        matrixLength = length - 4 * (length / 4000 + 1);   // a thousandth of a GPT's parameters is in vectors
        adamW = new AdamW(device);
        (parameters, numbersParameters) = InputFp32(length);
        (gradients, numbersGradients) = InputFp32(length);
        (first, second, norm) = (Allocate<float>(length), Allocate<float>(length), Allocate<float>(1));
        device.Upload<float>([Norm], norm);
        if (HasCopies) copies = Output(matrixLength);
        adamW.Prepare(Numbers);
    }

    /// <summary>Reads parameter, gradient and both moments; writes all but the gradient, and the copies.</summary>
    public override Work Work => Work.Bytes(7.0 * sizeof(float) * length + (HasCopies ? (double)copies.ElementBytes * matrixLength : 0));

    protected override bool ChangesItsInputs => true;

    bool HasCopies => Precision.Format == NumberFormat.Bf16;

    public override void Launch()
    {
        if (HasCopies) adamW.Step(parameters, gradients, first, second, norm, length, matrixLength, copies.AsBf16());
        else adamW.Step(parameters, gradients, first, second, norm, length, matrixLength);
    }

    public override void Dispose()
    {
        adamW.Dispose();
        base.Dispose();
    }

    protected override void Reset()
    {
        numbersParameters.Fill(Device, parameters);
        first.MemSetToZero(Device.Stream);
        second.MemSetToZero(Device.Stream);
    }

    protected override IEnumerable<Expected> Sample()
    {
        var reference = new AdamWReference(
            Numbers.LearningRate, Numbers.Beta1, Numbers.Beta2, Numbers.Epsilon, Numbers.WeightDecay, Numbers.Clip);
        foreach (int i in Some((int)length, 40))
        {
            var (parameter, moment, square) = reference.Step(
                [numbersParameters[i]], [numbersGradients[i]], [0], [0], Norm, Numbers.Step, decayLength: i < matrixLength ? 1 : 0);
            yield return Element("parameter", parameters, i, parameter, 0, 2);
            yield return Element("first moment", first, i, moment, 0, 2);
            yield return Element("second moment", second, i, square, 0, 2);
            if (HasCopies && i < matrixLength) yield return Element("copy", copies, i, parameter, 0, 2);
        }
    }
}
