using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Probe;
using GpuLm.Reference;
using ILGPU.Runtime;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>STREAM's triad, y = a + 3 b: what memory delivers, and where it fits the caches.</summary>
public class ProbeTriad : KernelBenchmark
{
    const float Factor = 3;

    public override string Kernel => "Probe.Triad";

    public override bool IsUsedBy(ModelShape model) => model.IsRepresentative;

    public override int QuickShapes => 2;

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
    [
        new(("elements", ParameterCount.Of(workload.Model, target))),
        new(("elements", workload.Tokens * workload.Model.Channels)),
    ];

    public override KernelSizes CatalogSizes(KernelCase measured) => new(measured["elements"], 1);

    public override PreparedCall Prepare(Buffers buffers)
    {
        int length = Case["elements"];
        var probe = new Probe(buffers.Device);
        var (a, hostA) = buffers.InputFp32(length);
        var (b, hostB) = buffers.InputFp32(length);
        var y = buffers.OutputFp32(length);
        return new(
            () => probe.Triad(a, b, Factor, length, y),
            () => Buffers.Some(length, 40).Select(
                i => buffers.Element("y", y, i, ProbeReference.Triad([hostA[i]], [hostB[i]], Factor), 0, 2)));
    }
}

/// <summary>Multiply-adds in registers, every step exact: what arithmetic delivers.</summary>
public class ProbeMultiplyAdd : KernelBenchmark
{
    public override string Kernel => "Probe.MultiplyAdd";

    public override bool IsUsedBy(ModelShape model) => model.IsRepresentative;

    public override int QuickShapes => 2;

    /// <summary>So many iterations; none is what a launch itself costs.</summary>
    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) => [new(("iterations", 1 << 16)), new(("iterations", 0))];

    /// <summary>It works in registers.</summary>
    public override bool Has(KernelCase measured, Target target) => !measured.Cold;

    public override Work Work(KernelCase measured, Target target) =>
        Harness.Work.Of(Kernel, new(target.Probe.Values, 1, measured["iterations"]));

    public override PreparedCall Prepare(Buffers buffers)
    {
        int iterations = Case["iterations"];
        var probe = new Probe(buffers.Device);
        var y = buffers.Allocate<float>(probe.Values);
        return new(() => probe.MultiplyAdd(1, 1, iterations, y), Sample, () => y.MemSetToZero(buffers.Device.Stream));

        IEnumerable<Expected> Sample() => Buffers.Some(probe.Values, 20).Select(
            i => buffers.Element("y", y, i, ProbeReference.MultiplyAdd(1, 1, iterations, [0]), 0, 1));
    }
}
