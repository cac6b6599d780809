using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.BiasGradient;
using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.Reference;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>The gradient of a linear layer's bias, the sum of each column; fp32 in each precision.</summary>
public class BiasGradientBackward : KernelBenchmark
{
    /// <summary>A GPU sums so few rows in one launch.</summary>
    const int FewRows = 64;

    public override string Kernel => "BiasGradient.Backward";

    public override IReadOnlyList<Precision> Precisions => [Precision.Fp32, Precision.Bf16];

    public override bool IsUsedBy(ModelShape model) => !model.IsLlama;

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
    [
        new(("rows", workload.Tokens), ("columns", workload.Model.Hidden)),
        new(("rows", workload.Tokens), ("columns", workload.Model.Channels)),
    ];

    public override IEnumerable<string> Launched(KernelCase measured, Target target)
    {
        if (measured.Precision == Precision.Bf16) return ["BiasGradient.SumRowSharesBf16", "BiasGradient.SumPartialsBf16"];
        bool isOneLaunch = target.IsCpu || measured["rows"] <= FewRows;
        return isOneLaunch ? ["BiasGradient.SumColumns"] : ["BiasGradient.SumRowShares", "BiasGradient.SumColumns"];
    }

    public override PreparedCall Prepare(Buffers buffers)
    {
        int rows = Case["rows"], columns = Case["columns"];
        var biasGradient = new BiasGradient(buffers.Device);
        var (dY, hostDY) = buffers.Input((long)rows * columns);
        Tensor dBias = buffers.OutputFp32(columns);
        return new(() => biasGradient.WriteBiasGradient(dY, rows, columns, dBias.AsFp32()), Sample);

        IEnumerable<Expected> Sample() =>
            from column in Buffers.Some(columns, 10)
            let terms = Enumerable.Range(0, rows).Select(row => (double)hostDY[(long)row * columns + column]).ToArray()
            select buffers.Element("dBias", dBias, column, BiasGradientReference.Backward(terms, rows, 1), 0, rows);
    }
}
