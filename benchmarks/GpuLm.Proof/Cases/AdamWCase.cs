using GpuLm.Kernels.AdamW;
using GpuLm.Kernels.Common;
using GpuLm.Reference;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Proof.Cases;

/// <summary>One AdamW update of all parameters of a model; each is checked by the first step from fresh parameters and moments.</summary>
sealed class AdamWCase : ProofCase
{
    const float Norm = 2;
    static readonly AdamWStep Numbers = new(1e-3, 0.9, 0.99, 1e-8, 0.1, Step: 1, Clip: 1);
    readonly long length;
    readonly AdamW adamW;
    readonly ArrayView<float> parameters, gradients, first, second, norm;
    readonly Numbers numbersParameters, numbersGradients;

    public AdamWCase(ComputeDevice device, CaseSpec spec) : base(device, Precision.Fp32)
    {
        length = spec.Shape[0];
        adamW = new AdamW(device);
        (parameters, numbersParameters) = Input(length);
        (gradients, numbersGradients) = Input(length);
        (first, second, norm) = (Allocate<float>(length), Allocate<float>(length), Allocate<float>(1));
        device.Upload<float>([Norm], norm);
    }

    /// <summary>Reads parameter, gradient and both moments; writes all but the gradient.</summary>
    public override Work Work => Work.Bytes(7.0 * Precision.Bytes * length);

    protected override bool ChangesItsInputs => true;

    public override void Launch() => adamW.Step(parameters, gradients, first, second, norm, length, length / 2, Numbers);

    protected override void Reset()
    {
        numbersParameters.Fill(Device, parameters, value => value);
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
                [numbersParameters[i]], [numbersGradients[i]], [0], [0], Norm, Numbers.Step, decayLength: i < length / 2 ? 1 : 0);
            yield return Element("parameter", From(parameters), i, parameter, 0, 2);
            yield return Element("first moment", From(first), i, moment, 0, 2);
            yield return Element("second moment", From(second), i, square, 0, 2);
        }
    }
}
