using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Common;
using GpuLm.Reference;
using ILGPU.Runtime;

namespace GpuLm.Benchmarks.Tests;

/// <summary>What is wrong with a planted kernel.</summary>
public enum Fault
{
    None,
    WrongValue,
    WritesNothing,
    WrongLater,
    ChecksNothing,
    Throws,
}

/// <summary>A copy, named as a kernel of the catalog, with a fault.</summary>
public class PlantedBenchmark : KernelBenchmark
{
    int launches;

    /// <summary>The fault of the benchmarks that are made from now on.</summary>
    public static Fault Fault { get; set; }

    public override string Kernel => "Probe.Triad";

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) => [new(("elements", 100))];

    public override KernelSizes CatalogSizes(KernelCase measured) => new(100, 1);

    public override PreparedCall Prepare(Buffers buffers)
    {
        var (x, hostX) = buffers.InputFp32(100);
        var y = buffers.OutputFp32(100);
        return new(Launch, Sample);

        void Launch()
        {
            launches++;
            if (Fault == Fault.Throws) throw new InvalidOperationException("out of luck");
            if (Fault == Fault.WritesNothing) return;
            x.CopyTo(buffers.Device.Stream, y);
            bool wrong = Fault == Fault.WrongValue || (Fault == Fault.WrongLater && launches > 1);
            if (wrong) y.SubView(99, 1).MemSetToZero(buffers.Device.Stream);
        }

        IEnumerable<Expected> Sample() => Fault == Fault.ChecksNothing ? [] : Buffers.Some(100, 3).Select(i =>
        {
            var oracle = new Oracle(1);
            oracle.Set(0, hostX[i]);
            return buffers.Element("y", y, i, oracle, 0, 1);
        });
    }
}
