using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.SwiGlu;
using GpuLm.Reference;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>SwiGLU on the hidden layer of a Llama-like MLP.</summary>
public abstract class SwiGluBenchmark : KernelBenchmark
{
    protected long Length => (long)Case["rows"] * Case["columns"];

    public override bool IsUsedBy(ModelShape model) => model.IsLlama;

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
        [new(("rows", workload.Tokens), ("columns", workload.Model.Hidden))];
}

/// <summary>y = silu(gate) up.</summary>
public class SwiGluForward : SwiGluBenchmark
{
    public override string Kernel => "SwiGlu.Forward";

    public override PreparedCall Prepare(Buffers buffers)
    {
        var swiGlu = new SwiGlu(buffers.Device);
        var (gate, hostGate) = buffers.InputFp32(Length);
        var (up, hostUp) = buffers.InputFp32(Length);
        var y = buffers.OutputFp32(Length);
        return new(
            () => swiGlu.Forward(gate, up, Length, y),
            () => Buffers.Some(Length, 40).Select(
                i => buffers.Element("y", y, i, SwiGluReference.Forward([hostGate[i]], [hostUp[i]]), 0, 4)));
    }
}

/// <summary>The gradients of both operands.</summary>
public class SwiGluBackward : SwiGluBenchmark
{
    public override string Kernel => "SwiGlu.Backward";

    public override PreparedCall Prepare(Buffers buffers)
    {
        var swiGlu = new SwiGlu(buffers.Device);
        var (dY, hostDY) = buffers.InputFp32(Length);
        var (gate, hostGate) = buffers.InputFp32(Length);
        var (up, hostUp) = buffers.InputFp32(Length);
        var (dGate, dUp) = (buffers.OutputFp32(Length), buffers.OutputFp32(Length));
        return new(() => swiGlu.Backward(dY, gate, up, Length, dGate, dUp), Sample);

        IEnumerable<Expected> Sample()
        {
            foreach (int i in Buffers.Some(Length, 40))
            {
                var expected = SwiGluReference.Backward([hostDY[i]], [hostGate[i]], [hostUp[i]]);
                yield return buffers.Element("dGate", dGate, i, expected.DGate, 0, 4);
                yield return buffers.Element("dUp", dUp, i, expected.DUp, 0, 4);
            }
        }
    }
}
