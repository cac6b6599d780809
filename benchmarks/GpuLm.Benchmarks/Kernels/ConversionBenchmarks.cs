using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Conversion;
using GpuLm.Models;
using GpuLm.Reference;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>
/// Copies between fp32 and bf16: of a block's parameters, and of an odd number, whose last elements are a launch of their own.
/// </summary>
public abstract class ConversionBenchmark : KernelBenchmark
{
    public override IReadOnlyList<Precision> Precisions => [Precision.Bf16];

    public override int QuickShapes => 2;

    protected int Count => Case["elements"];

    public override bool IsUsedBy(ModelShape model) => !model.IsLlama;

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target)
    {
        int whole = workload.Model.BlockParameters / 8 * 8;
        return [new(("elements", whole)), new(("elements", whole - 3))];
    }

    public override KernelSizes CatalogSizes(KernelCase measured) => new(measured["elements"], 1);

    public override IEnumerable<string> Launched(KernelCase measured, Target target)
    {
        string direction = Kernel.Split('.')[1];
        return measured["elements"] % 8 == 0 ? [Kernel] : [Kernel, $"Conversion.Rest{direction}"];
    }
}

/// <summary>fp32 to the nearest bf16.</summary>
public class ConversionToBf16 : ConversionBenchmark
{
    public override string Kernel => "Conversion.ToBf16";

    public override PreparedCall Prepare(Buffers buffers)
    {
        var conversion = new Conversion(buffers.Device);
        var (wide, hostWide) = buffers.InputFp32(Count);
        var narrow = buffers.Output(Count);
        return new(
            () => conversion.ToBf16(wide, Count, narrow.AsBf16()),
            () => Buffers.Some(Count, 40).Append(Count - 2).Select(
                i => buffers.Element("bf16", narrow, i, ConversionReference.ToBf16([hostWide[i]]), 0, 1)));
    }
}

/// <summary>bf16 to fp32, exactly.</summary>
public class ConversionToFp32 : ConversionBenchmark
{
    public override string Kernel => "Conversion.ToFp32";

    public override PreparedCall Prepare(Buffers buffers)
    {
        var conversion = new Conversion(buffers.Device);
        var (narrow, hostNarrow) = buffers.Input(Count);
        var wide = buffers.OutputFp32(Count);
        return new(
            () => conversion.ToFp32(narrow.AsBf16(), Count, wide),
            () => Buffers.Some(Count, 40).Append(Count - 2).Select(
                i => buffers.Element("fp32", wide, i, ConversionReference.ToBf16([hostNarrow[i]]), 0, 1)));
    }
}
