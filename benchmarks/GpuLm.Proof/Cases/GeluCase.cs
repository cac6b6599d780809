using GpuLm.Kernels.Common;
using GpuLm.Kernels.Gelu;
using GpuLm.Reference;

namespace GpuLm.Proof.Cases;

/// <summary>The tanh GELU, forward or backward.</summary>
sealed class GeluCase : ProofCase
{
    readonly long length;
    readonly bool backward;
    readonly Gelu gelu;
    readonly Tensor x, dY, result;
    readonly Numbers numbers, numbersAbove;

    public GeluCase(ComputeDevice device, CaseSpec spec, Precision precision) : base(device, precision)
    {
        (length, backward) = ((long)spec.Shape[0] * spec.Shape[1], spec.Variant == "backward");
        gelu = new Gelu(device);
        (x, numbers) = Input(length);
        (dY, numbersAbove) = Input(length);
        result = Output(length);
    }

    public override Work Work => Work.Bytes((backward ? 3.0 : 2.0) * x.ElementBytes * length);

    public override void Launch()
    {
        if (backward) gelu.Backward(dY, x, length, result);
        else gelu.Forward(x, length, result);
    }

    protected override IEnumerable<Expected> Sample()
    {
        foreach (int i in Some((int)length, 40))
        {
            var oracle = backward ? GeluReference.Backward([numbersAbove[i]], [numbers[i]]) : GeluReference.Forward([numbers[i]]);
            yield return Element(backward ? "dX" : "y", result, i, oracle, 0, 1);
        }
    }
}
