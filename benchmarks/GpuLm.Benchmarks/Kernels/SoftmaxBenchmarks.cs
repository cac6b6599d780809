using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Softmax;
using GpuLm.Reference;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>Softmax over rows as long as a vocabulary, and as long as a context.</summary>
public abstract class SoftmaxBenchmark : KernelBenchmark
{
    protected int Rows => Case["rows"];

    protected int Columns => Case["columns"];

    protected long Length => (long)Rows * Columns;

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
    [
        new(("rows", Math.Min(workload.Tokens, Chunk.MostTokens)), ("columns", workload.Model.Vocabulary)),
        new(("rows", workload.Tokens), ("columns", workload.Length)),
    ];
}

/// <summary>y = softmax(x).</summary>
public class SoftmaxForward : SoftmaxBenchmark
{
    public override string Kernel => "Softmax.Forward";

    public override PreparedCall Prepare(Buffers buffers)
    {
        var softmax = new Softmax(buffers.Device);
        var (x, hostX) = buffers.InputFp32(Length);
        var y = buffers.OutputFp32(Length);
        return new(() => softmax.Forward(x, Rows, Columns, y), Sample);

        IEnumerable<Expected> Sample() =>
            from row in Buffers.Some(Rows, 6)
            let oracle = SoftmaxReference.Forward(hostX.Range((long)row * Columns, Columns), 1, Columns, causal: false)
            from column in Buffers.Some(Columns, 6)
            select buffers.Element("y", y, (long)row * Columns + column, oracle, column, Columns);
    }
}

/// <summary>The gradient of x; what y holds need not be a distribution.</summary>
public class SoftmaxBackward : SoftmaxBenchmark
{
    public override string Kernel => "Softmax.Backward";

    public override PreparedCall Prepare(Buffers buffers)
    {
        var softmax = new Softmax(buffers.Device);
        var (dY, hostDY) = buffers.InputFp32(Length);
        var (y, hostY) = buffers.InputFp32(Length);
        var dX = buffers.OutputFp32(Length);
        return new(() => softmax.Backward(dY, y, Rows, Columns, dX), Sample);

        IEnumerable<Expected> Sample() =>
            from row in Buffers.Some(Rows, 6)
            let first = (long)row * Columns
            let oracle = SoftmaxReference.Backward(hostDY.Range(first, Columns), hostY.Range(first, Columns), 1, Columns, causal: false)
            from column in Buffers.Some(Columns, 6)
            select buffers.Element("dX", dX, first + column, oracle, column, Columns);
    }
}
