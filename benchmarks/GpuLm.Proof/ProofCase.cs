using GpuLm.Kernels.Common;
using GpuLm.Reference;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Proof;

/// <summary>What one launch does.</summary>
/// <param name="Amount">FLOP, bytes or tokens.</param>
/// <param name="Unit">What <see cref="RatePer"/> gives.</param>
/// <param name="Scale">Of the unit: 1e12 for tera.</param>
sealed record Work(double Amount, string Unit, double Scale)
{
    public static Work Flops(double amount) => new(amount, "TFLOP/s", 1e12);

    /// <summary>Bytes that must move when every input is read once and every output written once.</summary>
    public static Work Bytes(double amount) => new(amount, "GB/s", 1e9);

    public double RatePer(double milliseconds) => Amount / Scale / (milliseconds / 1000);
}

/// <summary>An output element that the oracle knows.</summary>
sealed record Expected(string What, Func<float> Read, double Value, double Limit);

/// <summary>A result is not the oracle's: what is wrong is not timed.</summary>
sealed class WrongResultException(string message) : Exception(message);

/// <summary>
/// One measured operation: set up by its constructor, held to its oracle on sampled outputs before and after timing. Nothing but
/// <see cref="Launch"/> is timed.
/// </summary>
abstract class ProofCase(ComputeDevice device, Precision precision) : IDisposable
{
    readonly List<MemoryBuffer> buffers = [];
    readonly List<Action> poison = [];
    IReadOnlyList<Expected>? expected;
    int seed;

    public abstract Work Work { get; }

    /// <summary>Whether a launch changes what the next one reads; <see cref="Reset"/> then undoes it.</summary>
    protected virtual bool ChangesItsInputs => false;

    /// <summary>What the table should also say.</summary>
    public virtual string? Detail => null;

    protected ComputeDevice Device => device;

    protected Precision Precision => precision;

    /// <summary>Enqueues the operation once.</summary>
    public abstract void Launch();

    /// <summary>Restores the inputs where a launch changes them.</summary>
    protected virtual void Reset()
    {
    }

    /// <summary>Sampled outputs of one launch after <see cref="Reset"/>. Called once.</summary>
    protected abstract IEnumerable<Expected> Sample();

    /// <summary>Runs once on poisoned outputs and holds them to the oracle.</summary>
    /// <exception cref="WrongResultException">An output is wrong.</exception>
    public virtual void VerifyFirst()
    {
        Reset();
        foreach (var fill in poison) fill();
        Launch();
        Compare();
    }

    /// <summary>Holds what the timed launches left, or where they changed their inputs one more launch, to the oracle.</summary>
    /// <exception cref="WrongResultException">An output is wrong.</exception>
    public virtual void VerifyLast()
    {
        if (ChangesItsInputs) VerifyFirst();
        else Compare();
    }

    public virtual void Dispose() => buffers.ForEach(buffer => buffer.Dispose());

    /// <summary>An input of fp32 numbers and what it holds.</summary>
    protected (ArrayView<float> View, Numbers Numbers) Input(long length)
    {
        var numbers = new Numbers(++seed, value => value);
        var view = Allocate<float>(length);
        numbers.Fill(device, view, value => value);
        return (view, numbers);
    }

    /// <summary>An output, full of NaN before it is first checked: all bits set is one in fp32 and in bf16.</summary>
    protected ArrayView<T> Output<T>(long length) where T : unmanaged
    {
        var view = Allocate<T>(length);
        poison.Add(() => view.MemSet(device.Stream, 0xff));
        return view;
    }

    /// <summary>Memory, cleared to zero.</summary>
    protected ArrayView<T> Allocate<T>(long length) where T : unmanaged
    {
        var buffer = device.Allocate<T>(length);
        buffers.Add(buffer);
        return buffer.View.AsContiguous();
    }

    /// <summary>Reads single elements of an output.</summary>
    protected Func<long, float> From(ArrayView<float> view)
    {
        var host = new float[1];
        return index =>
        {
            device.Download(view.SubView(index, 1), host);
            return host[0];
        };
    }

    /// <summary>An element that the oracle says is the sum of so many terms.</summary>
    protected Expected Element(string what, Func<long, float> output, long index, Oracle oracle, int at, double terms) => new(
        $"{what}[{index}]", () => output(index), oracle.Value[at], precision.Limit(oracle.Value[at], oracle.Magnitude[at], terms));

    /// <summary>The first, the last and some indices between, below a limit.</summary>
    protected static IEnumerable<int> Some(int limit, int count)
    {
        var random = new Random(limit);
        return new[] { 0, limit - 1 }.Concat(Enumerable.Range(0, count).Select(_ => random.Next(limit))).Distinct();
    }

    void Compare()
    {
        device.Synchronize();
        expected ??= [.. Sample()];
        foreach (var element in expected)
        {
            float actual = element.Read();
            // A NaN is not within any limit.
            if (!(Math.Abs(actual - element.Value) <= element.Limit))
            {
                throw new WrongResultException(FormattableString.Invariant(
                    $"{element.What} is {actual:g9}, not {element.Value:g9} within {element.Limit:g2}"));
            }
        }
    }
}
