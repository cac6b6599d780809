using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.LayerNorm;
using GpuLm.Models;
using GpuLm.Reference;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>Layer norm over the channels of every token. Vectors are fp32 in each precision.</summary>
public abstract class LayerNormBenchmark : KernelBenchmark
{
    protected const float Epsilon = 1e-5f;

    public override IReadOnlyList<Precision> Precisions => [Precision.Fp32, Precision.Bf16];

    protected int Rows => Case["rows"];

    protected int Columns => Case["columns"];

    protected int Length => checked(Rows * Columns);

    public override bool IsUsedBy(ModelShape model) => !model.IsLlama;

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
        [new(("rows", workload.Tokens), ("columns", workload.Model.Channels))];
}

/// <summary>y = norm(x).</summary>
public class LayerNormForward : LayerNormBenchmark
{
    public override string Kernel => "LayerNorm.Forward";

    public override PreparedCall Prepare(Buffers buffers)
    {
        var layerNorm = new LayerNorm(buffers.Device);
        var (x, hostX) = buffers.Input(Length);
        var (weight, hostWeight) = buffers.InputFp32(Columns);
        var (bias, hostBias) = buffers.InputFp32(Columns);
        var (y, mean, rstd) = (buffers.Output(Length), buffers.OutputFp32(Rows), buffers.OutputFp32(Rows));
        return new(() => layerNorm.Forward(x, weight, bias, Epsilon, Rows, Columns, y, mean, rstd), Sample);

        IEnumerable<Expected> Sample() =>
            from row in Buffers.Some(Rows, 6)
            let oracle = LayerNormReference.Forward(
                hostX.Range((long)row * Columns, Columns), hostWeight.Range(0, Columns), hostBias.Range(0, Columns), Epsilon, 1, Columns).Y
            from column in Buffers.Some(Columns, 6)
            select buffers.Element("y", y, (long)row * Columns + column, oracle, column, Columns);
    }
}

/// <summary>sum = a + b, y = norm(sum): what follows a residual connection.</summary>
public class LayerNormForwardOfSum : LayerNormBenchmark
{
    public override string Kernel => "LayerNorm.ForwardOfSum";

    public override PreparedCall Prepare(Buffers buffers)
    {
        var layerNorm = new LayerNorm(buffers.Device);
        var (a, hostA) = buffers.Input(Length);
        var (b, hostB) = buffers.Input(Length);
        var (weight, hostWeight) = buffers.InputFp32(Columns);
        var (bias, hostBias) = buffers.InputFp32(Columns);
        var (sum, y, mean, rstd) = (buffers.Output(Length), buffers.Output(Length), buffers.OutputFp32(Rows), buffers.OutputFp32(Rows));
        return new(() => layerNorm.ForwardOfSum(a, b, weight, bias, Epsilon, Rows, Columns, sum, y, mean, rstd), Sample);

        IEnumerable<Expected> Sample()
        {
            foreach (int row in Buffers.Some(Rows, 6))
            {
                long first = (long)row * Columns;
                var sums = ResidualAddReference.Forward(hostA.Range(first, Columns), hostB.Range(first, Columns));
                var normed = LayerNormReference.Forward(
                    Case.Precision == Precision.Bf16 ? ConversionReference.ToBf16(sums.Value).Value : sums.Value,
                    hostWeight.Range(0, Columns), hostBias.Range(0, Columns), Epsilon, 1, Columns).Y;
                foreach (int column in Buffers.Some(Columns, 6))
                {
                    yield return buffers.Element("sum", sum, first + column, sums, column, 2);
                    yield return buffers.Element("y", y, first + column, normed, column, Columns);
                }
            }
        }
    }
}

/// <summary>The gradients of x, weight and bias.</summary>
public class LayerNormBackward : LayerNormBenchmark
{
    public override string Kernel => "LayerNorm.Backward";

    /// <summary>A CPU adds up its cores' partial sums without a launch.</summary>
    public override IEnumerable<string> Launched(KernelCase measured, Target target)
    {
        string format = measured.Precision == Precision.Bf16 ? "Bf16" : "";
        return target.IsCpu ? [Kernel] : [Kernel + format, "LayerNorm.SumPartials" + format];
    }

    public override PreparedCall Prepare(Buffers buffers)
    {
        var layerNorm = new LayerNorm(buffers.Device);
        var (x, hostX) = buffers.Input(Length);
        var (weight, hostWeight) = buffers.InputFp32(Columns);
        var (bias, hostBias) = buffers.InputFp32(Columns);
        var (dY, hostDY) = buffers.Input(Length);
        var (dX, dWeight, dBias) = (buffers.Output(Length), buffers.OutputFp32(Columns), buffers.OutputFp32(Columns));
        var (mean, rstd) = (buffers.Allocate<float>(Rows), buffers.Allocate<float>(Rows));
        layerNorm.Forward(x, weight, bias, Epsilon, Rows, Columns, dX, mean, rstd);
        return new(
            () => layerNorm.Backward(dY, x, weight, mean, rstd, Rows, Columns, dX, dWeight, dBias, accumulate: false), Sample);

        IEnumerable<Expected> Sample()
        {
            var expected = LayerNormReference.Backward(
                hostDY.Range(0, Length), hostX.Range(0, Length), hostWeight.Range(0, Columns), hostBias.Range(0, Columns), Epsilon, Rows,
                Columns);
            foreach (int column in Buffers.Some(Columns, 6))
            {
                yield return buffers.Element("dWeight", dWeight, column, expected.DWeight, column, Rows);
                yield return buffers.Element("dBias", dBias, column, expected.DBias, column, Rows);
                foreach (int row in Buffers.Some(Rows, 6))
                {
                    int at = row * Columns + column;
                    yield return buffers.Element("dX", dX, at, expected.DX, at, Columns);
                }
            }
        }
    }
}
