using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Probe;
using GpuLm.Models;
using GpuLm.Reference;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>Small products over and over in registers by mma.sync, every step exact: what tensor cores deliver by it.</summary>
public class ProbeMultiplyTiles : KernelBenchmark
{
    const int Rows = 16, Columns = 8;

    public override string Kernel => "Probe.MultiplyTiles";

    public override IReadOnlyList<Precision> Precisions => [Precision.Bf16, Precision.Tf32];

    public override bool IsProduct => true;

    public override bool IsUsedBy(ModelShape model) => model.IsRepresentative;

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) => [new(("iterations", ProbeProducts.Iterations(workload)))];

    /// <summary>It works in registers.</summary>
    public override bool Has(KernelCase measured, Target target) => !measured.Cold;

    public override IEnumerable<string> Launched(KernelCase measured, Target target) => [$"{Kernel} {measured.PrecisionName}"];

    public override Work Work(KernelCase measured, Target target) => Harness.Work.Of(
        Launched(measured, target).First(), new(target.ProbeTiles * Rows, Columns, Depth(measured) * measured["iterations"]));

    public override PreparedCall Prepare(Buffers buffers)
    {
        int iterations = Case["iterations"], depth = Depth(Case), tile = Rows * Columns;
        var probe = new Probe(buffers.Device);
        float[] hostA = ProbeProducts.Whole(Rows * depth), hostB = ProbeProducts.Whole(Columns * depth);
        var y = buffers.Allocate<float>((long)probe.Tiles * tile);
        return new(Launcher(), Sample, () => y.MemSetToZero(buffers.Device.Stream));

        Action Launcher()
        {
            if (Case.Precision == Precision.Tf32)
            {
                var (words, columns) = (buffers.Upload(hostA), buffers.Upload(hostB));
                return () => probe.MultiplyTiles(words, columns, iterations, y);
            }
            var (a, b) = (buffers.Upload(ProbeProducts.ToBf16(hostA)), buffers.Upload(ProbeProducts.ToBf16(hostB)));
            return () => probe.MultiplyTiles(a, b, iterations, y);
        }

        IEnumerable<Expected> Sample() => ProbeProducts.Sample(
            buffers, y, ProbeReference.MultiplyTiles(hostA, hostB, Rows, Columns, depth, iterations, new float[tile]), depth * iterations);
    }

    static int Depth(KernelCase measured) => measured.Precision == Precision.Tf32 ? 8 : 16;
}

/// <summary>Products of operands in shared memory over and over by wgmma, every step exact: what Hopper's tensor cores deliver.</summary>
public class ProbeMultiplyWarpGroupTiles : KernelBenchmark
{
    const int Rows = 128, Columns = 256, Depth = 64;

    public override string Kernel => "Probe.MultiplyWarpGroupTiles";

    public override IReadOnlyList<Precision> Precisions => [Precision.Bf16];

    public override bool IsProduct => true;

    public override bool IsUsedBy(ModelShape model) => model.IsRepresentative;

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) => [new(("iterations", ProbeProducts.Iterations(workload)))];

    /// <summary>Its operands stay in shared memory.</summary>
    public override bool Has(KernelCase measured, Target target) => !measured.Cold;

    public override IEnumerable<string> Launched(KernelCase measured, Target target) => [$"{Kernel} {measured.PrecisionName}"];

    public override Work Work(KernelCase measured, Target target) => Harness.Work.Of(
        Launched(measured, target).First(), new(target.ProbeWarpGroupTiles * Rows, Columns, Depth * measured["iterations"]));

    public override PreparedCall Prepare(Buffers buffers)
    {
        int iterations = Case["iterations"], tile = Rows * Columns;
        var probe = new Probe(buffers.Device);
        float[] hostA = ProbeProducts.Whole(Rows * Depth), hostB = ProbeProducts.Whole(Columns * Depth);
        var (a, b) = (buffers.Upload(ProbeProducts.ToBf16(hostA)), buffers.Upload(ProbeProducts.ToBf16(hostB)));
        var y = buffers.OutputFp32((long)probe.WarpGroupTiles * tile);
        return new(() => probe.MultiplyWarpGroupTiles(a, b, iterations, y), () => ProbeProducts.Sample(
            buffers, y, ProbeReference.MultiplyTiles(hostA, hostB, Rows, Columns, Depth, iterations, new float[tile]), Depth * iterations));
    }
}

/// <summary>What the probes of products share.</summary>
static class ProbeProducts
{
    const int Few = 4, Many = 1 << 12, Enough = 1 << 10;

    /// <summary>So many that a launch does not count; few where sizes are tiny.</summary>
    public static int Iterations(Workload workload) => workload.Tokens < Enough ? Few : Many;

    /// <summary>Whole numbers from 1 to 2, whose sums are exact and never small: the same at each call.</summary>
    public static float[] Whole(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.Next(1, 3))];
    }

    public static BFloat16[] ToBf16(float[] values) => Array.ConvertAll(values, BFloat16.FromSingle);

    /// <summary>Some elements of tiles that all hold the same product.</summary>
    public static IEnumerable<Expected> Sample(Buffers buffers, ArrayView<float> y, Oracle tile, double terms) =>
        Buffers.Some(y.Length, 40).Select(i => buffers.Element("y", y, i, tile, i % tile.Length, terms));
}
