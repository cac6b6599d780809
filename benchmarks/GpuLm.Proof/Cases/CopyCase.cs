using GpuLm.Kernels.Common;
using GpuLm.Reference;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Proof.Cases;

/// <summary>y = x, by the driver: the memory's speed, which memory-bound operations are measured by.</summary>
sealed class CopyCase : ProofCase
{
    readonly ArrayView<float> x, y;
    readonly Numbers numbers;

    public CopyCase(ComputeDevice device, CaseSpec spec) : base(device, Precision.Fp32)
    {
        (x, numbers) = InputFp32(spec.Shape[0]);
        y = OutputFp32(x.Length);
    }

    public override Work Work => Work.Bytes(2.0 * sizeof(float) * x.Length);

    public override void Launch() => x.CopyTo(Device.Stream, y);

    protected override IEnumerable<Expected> Sample()
    {
        foreach (int i in Some((int)x.Length, 20))
        {
            var oracle = new Oracle(1);
            oracle.Set(0, numbers[i]);
            yield return Element("copy", y, i, oracle, 0, 1);
        }
    }
}
