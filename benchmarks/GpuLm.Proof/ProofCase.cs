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
    const int RowMultiple = 64;
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

    /// <summary>The sampled outputs that verification looks at.</summary>
    public IReadOnlyList<Expected> Expectations => expected ??= [.. Sample()];

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

    /// <summary>An input and what it holds.</summary>
    /// <param name="length">Elements.</param>
    /// <param name="format">If not the case's own.</param>
    protected (Tensor Tensor, Numbers Numbers) Input(long length, NumberFormat? format = null)
    {
        var numbers = new Numbers(++seed, format ?? precision.Format);
        var tensor = Allocate(length, format ?? precision.Format);
        numbers.Fill(device, tensor);
        return (tensor, numbers);
    }

    /// <summary>An input that is fp32 in each precision.</summary>
    protected (ArrayView<float> View, Numbers Numbers) InputFp32(long length)
    {
        var (tensor, numbers) = Input(length, NumberFormat.Fp32);
        return (tensor.AsFp32(), numbers);
    }

    /// <summary>An output, full of NaN before it is first checked: all bits set is one in fp32 and in bf16.</summary>
    /// <param name="length">Elements.</param>
    /// <param name="format">If not the case's own.</param>
    protected Tensor Output(long length, NumberFormat? format = null)
    {
        var tensor = Allocate(length, format ?? precision.Format);
        poison.Add(() => tensor.AsBytes().MemSet(device.Stream, 0xff));
        return tensor;
    }

    /// <summary>An output that is fp32 in each precision.</summary>
    protected ArrayView<float> OutputFp32(long length) => Output(length, NumberFormat.Fp32).AsFp32();

    /// <summary>Memory, cleared to zero.</summary>
    protected ArrayView<T> Allocate<T>(long length) where T : unmanaged
    {
        var buffer = device.Allocate<T>(length);
        buffers.Add(buffer);
        return buffer.View.AsContiguous();
    }

    /// <summary>An output's element that the oracle says is the sum of so many terms, with <see cref="Precision.Limit"/>.</summary>
    protected Expected Element(string what, Tensor output, long index, Oracle oracle, int at, double terms, double? rounded = null) => new(
        $"{what}[{index}]", () => Read(output.SubView(index, 1)), oracle.Value[at],
        Precision.Limit(output.Format, oracle.Value[at], oracle.Magnitude[at], terms, rounded));

    /// <summary>Elements from one row of a matrix in memory to the next, as a model pads its logits: a multiple of 64.</summary>
    protected static int Padded(int columns) => (columns + RowMultiple - 1) / RowMultiple * RowMultiple;

    /// <summary>The first, the last and some indices between, below a limit.</summary>
    protected static IEnumerable<int> Some(int limit, int count)
    {
        var random = new Random(limit);
        return new[] { 0, limit - 1 }.Concat(Enumerable.Range(0, count).Select(_ => random.Next(limit))).Distinct();
    }

    Tensor Allocate(long length, NumberFormat format) => format == NumberFormat.Fp32 ? Allocate<float>(length) : Allocate<BFloat16>(length);

    float Read(Tensor element)
    {
        if (element.Format == NumberFormat.Fp32)
        {
            var single = new float[1];
            device.Download(element.AsFp32(), single);
            return single[0];
        }
        var half = new BFloat16[1];
        device.Download(element.AsBf16(), half);
        return half[0].ToSingle();
    }

    void Compare()
    {
        device.Synchronize();
        foreach (var element in Expectations)
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
