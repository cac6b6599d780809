using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Probe;
using GpuLm.Models;
using GpuLm.Reference;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>The same small product added to tiles again and again: what tensor cores deliver without memory.</summary>
public abstract class TensorCoreProbe : KernelBenchmark
{
    const int Largest = 2;

    public override IReadOnlyList<Precision> Precisions => [Precision.Bf16];

    public override bool IsProduct => true;

    public override bool IsUsedBy(ModelShape model) => model.IsRepresentative;

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
        [new(("iterations", Math.Min(workload.Tokens, 1 << 12)))];

    /// <summary>It works in registers and in shared memory.</summary>
    public override bool Has(KernelCase measured, Target target) => !measured.Cold;

    public override IEnumerable<string> Launched(KernelCase measured, Target target) => [$"{Kernel} {measured.PrecisionName}"];

    public override Work Work(KernelCase measured, Target target)
    {
        var (rows, columns, depth) = Tile(measured.Precision);
        int tiles = Tiles(target.Probe);
        return Harness.Work.Of(Launched(measured, target).First(), new(tiles * rows, columns, depth * measured["iterations"]));
    }

    /// <summary>Sizes of one product.</summary>
    protected abstract (int Rows, int Columns, int Depth) Tile(Precision precision);

    protected abstract int Tiles(ProbeSizes sizes);

    protected abstract void Multiply(Probe probe, Tensor a, Tensor b, int iterations, ArrayView<float> y);

    public override PreparedCall Prepare(Buffers buffers)
    {
        var probe = new Probe(buffers.Device);
        var (rows, columns, depth) = Tile(Case.Precision);
        float[] hostA = SmallWholeNumbers(rows * depth), hostB = SmallWholeNumbers(columns * depth);
        Tensor a = Upload(buffers, hostA), b = Upload(buffers, hostB);
        int tile = rows * columns, iterations = Case["iterations"];
        var y = buffers.Allocate<float>((long)Tiles(ProbeSizes.Of(buffers.Device)) * tile);
        return new(() => Multiply(probe, a, b, iterations, y), Sample, () => y.MemSetToZero(buffers.Device.Stream));

        IEnumerable<Expected> Sample()
        {
            var oracle = ProbeReference.MultiplyTiles(hostA, hostB, rows, columns, depth, iterations, new float[tile]);
            // Sums of small whole numbers are exact in fp32.
            return Buffers.Some(y.Length, 60).Select(i => buffers.Element("y", y, i, oracle, i % tile, 1));
        }
    }

    Tensor Upload(Buffers buffers, float[] values) => Case.Precision == Precision.Bf16
        ? buffers.Upload(Array.ConvertAll(values, BFloat16.FromSingle))
        : buffers.Upload(values);

    static float[] SmallWholeNumbers(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.Next(-Largest, Largest + 1))];
    }
}

/// <summary>By mma.sync, operands in registers.</summary>
public class ProbeMultiplyTiles : TensorCoreProbe
{
    public override string Kernel => "Probe.MultiplyTiles";

    public override IReadOnlyList<Precision> Precisions => [Precision.Bf16, Precision.Tf32];

    protected override (int Rows, int Columns, int Depth) Tile(Precision precision) => (16, 8, precision == Precision.Bf16 ? 16 : 8);

    protected override int Tiles(ProbeSizes sizes) => sizes.Tiles;

    protected override void Multiply(Probe probe, Tensor a, Tensor b, int iterations, ArrayView<float> y)
    {
        if (a.Format == NumberFormat.Bf16) probe.MultiplyTiles(a.AsBf16(), b.AsBf16(), iterations, y);
        else probe.MultiplyTiles(a.AsFp32(), b.AsFp32(), iterations, y);
    }
}

/// <summary>By wgmma, operands in shared memory.</summary>
public class ProbeMultiplyWarpGroupTiles : TensorCoreProbe
{
    public override string Kernel => "Probe.MultiplyWarpGroupTiles";

    protected override (int Rows, int Columns, int Depth) Tile(Precision precision) => (128, 256, 64);

    protected override int Tiles(ProbeSizes sizes) => sizes.WarpGroupTiles;

    protected override void Multiply(Probe probe, Tensor a, Tensor b, int iterations, ArrayView<float> y) =>
        probe.MultiplyWarpGroupTiles(a.AsBf16(), b.AsBf16(), iterations, y);
}
