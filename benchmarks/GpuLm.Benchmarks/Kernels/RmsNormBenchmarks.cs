using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.RmsNorm;
using GpuLm.Reference;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>RMS norm over the channels of every token of a Llama-like model.</summary>
public abstract class RmsNormBenchmark : KernelBenchmark
{
    protected const float Epsilon = 1e-5f;

    protected int Rows => Case["rows"];

    protected int Columns => Case["columns"];

    protected int Length => checked(Rows * Columns);

    public override bool IsUsedBy(ModelShape model) => model.IsLlama;

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
        [new(("rows", workload.Tokens), ("columns", workload.Model.Channels))];
}

/// <summary>y = norm(x).</summary>
public class RmsNormForward : RmsNormBenchmark
{
    public override string Kernel => "RmsNorm.Forward";

    public override PreparedCall Prepare(Buffers buffers)
    {
        var rmsNorm = new RmsNorm(buffers.Device);
        var (x, hostX) = buffers.InputFp32(Length);
        var (weight, hostWeight) = buffers.InputFp32(Columns);
        var (y, rstd) = (buffers.OutputFp32(Length), buffers.OutputFp32(Rows));
        return new(() => rmsNorm.Forward(x, weight, Epsilon, Rows, Columns, y, rstd), Sample);

        IEnumerable<Expected> Sample() =>
            from row in Buffers.Some(Rows, 6)
            let oracle = RmsNormReference.Forward(
                hostX.Range((long)row * Columns, Columns), hostWeight.Range(0, Columns), Epsilon, 1, Columns).Y
            from column in Buffers.Some(Columns, 6)
            select buffers.Element("y", y, (long)row * Columns + column, oracle, column, Columns);
    }
}

/// <summary>sum = a + b, y = norm(sum): what follows a residual connection.</summary>
public class RmsNormForwardOfSum : RmsNormBenchmark
{
    public override string Kernel => "RmsNorm.ForwardOfSum";

    public override PreparedCall Prepare(Buffers buffers)
    {
        var rmsNorm = new RmsNorm(buffers.Device);
        var (a, hostA) = buffers.InputFp32(Length);
        var (b, hostB) = buffers.InputFp32(Length);
        var (weight, hostWeight) = buffers.InputFp32(Columns);
        var (sum, y, rstd) = (buffers.OutputFp32(Length), buffers.OutputFp32(Length), buffers.OutputFp32(Rows));
        return new(() => rmsNorm.ForwardOfSum(a, b, weight, Epsilon, Rows, Columns, sum, y, rstd), Sample);

        IEnumerable<Expected> Sample()
        {
            foreach (int row in Buffers.Some(Rows, 6))
            {
                long first = (long)row * Columns;
                var sums = ResidualAddReference.Forward(hostA.Range(first, Columns), hostB.Range(first, Columns));
                var normed = RmsNormReference.Forward(sums.Value, hostWeight.Range(0, Columns), Epsilon, 1, Columns).Y;
                foreach (int column in Buffers.Some(Columns, 6))
                {
                    yield return buffers.Element("sum", sum, first + column, sums, column, 2);
                    yield return buffers.Element("y", y, first + column, normed, column, Columns);
                }
            }
        }
    }
}

/// <summary>The gradients of x and of the weight.</summary>
public class RmsNormBackward : RmsNormBenchmark
{
    /// <summary>The partial results of groups are summed as those of a bias' gradient are.</summary>
    const string SumPartials = "BiasGradient.SumColumns";

    public override string Kernel => "RmsNorm.Backward";

    public override IEnumerable<string> Launched(KernelCase measured, Target target) => target.IsCpu ? [Kernel] : [Kernel, SumPartials];

    public override PreparedCall Prepare(Buffers buffers)
    {
        var rmsNorm = new RmsNorm(buffers.Device);
        var (x, hostX) = buffers.InputFp32(Length);
        var (weight, hostWeight) = buffers.InputFp32(Columns);
        var (dY, hostDY) = buffers.InputFp32(Length);
        var (dX, dWeight) = (buffers.OutputFp32(Length), buffers.OutputFp32(Columns));
        var rstd = buffers.Allocate<float>(Rows);
        rmsNorm.Forward(x, weight, Epsilon, Rows, Columns, dX, rstd);
        return new(() => rmsNorm.Backward(dY, x, weight, rstd, Rows, Columns, dX, dWeight, accumulate: false), Sample);

        IEnumerable<Expected> Sample()
        {
            var expected = RmsNormReference.Backward(
                hostDY.Range(0, Length), hostX.Range(0, Length), hostWeight.Range(0, Columns), Epsilon, Rows, Columns);
            foreach (int column in Buffers.Some(Columns, 6))
            {
                yield return buffers.Element("dWeight", dWeight, column, expected.DWeight, column, Rows);
                foreach (int row in Buffers.Some(Rows, 6))
                {
                    int at = row * Columns + column;
                    yield return buffers.Element("dX", dX, at, expected.DX, at, Columns);
                }
            }
        }
    }
}
