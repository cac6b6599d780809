using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.Reference;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Benchmarks.Harness;

/// <summary>One set of a case's buffers: inputs that are seeded and not zero, outputs that are NaN until a kernel writes them.</summary>
/// <param name="device">Where they lie.</param>
/// <param name="precision">Of the case.</param>
public sealed class Buffers(ComputeDevice device, Precision precision) : IDisposable
{
    const int RowMultiple = 64;
    readonly List<IDisposable> owned = [];
    readonly List<Action> poison = [];
    int seed;

    /// <summary>Where the buffers lie.</summary>
    public ComputeDevice Device => device;

    /// <summary>An input and what it holds.</summary>
    /// <param name="length">Elements.</param>
    /// <param name="format">If not that of the case's precision.</param>
    public (Tensor Tensor, Numbers Numbers) Input(long length, NumberFormat? format = null)
    {
        var numbers = Numbers.Of(++seed, format ?? precision.Format());
        var tensor = Allocate(length, format ?? precision.Format());
        numbers.Fill(device, tensor);
        return (tensor, numbers);
    }

    /// <summary>An input that is fp32 in each precision.</summary>
    public (ArrayView<float> View, Numbers Numbers) InputFp32(long length)
    {
        var (tensor, numbers) = Input(length, NumberFormat.Fp32);
        return (tensor.AsFp32(), numbers);
    }

    /// <summary>Ids evenly distributed in [0, limit).</summary>
    public int[] Ids(int length, int limit)
    {
        var random = new Random(++seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(limit))];
    }

    /// <summary>The given values on the device.</summary>
    public ArrayView<T> Upload<T>(params T[] values) where T : unmanaged
    {
        var view = Allocate<T>(values.Length);
        device.Upload<T>(values, view);
        return view;
    }

    /// <summary>An output: all bits set is NaN in fp32 and in bf16.</summary>
    /// <param name="length">Elements.</param>
    /// <param name="format">If not that of the case's precision.</param>
    public Tensor Output(long length, NumberFormat? format = null)
    {
        var tensor = Allocate(length, format ?? precision.Format());
        poison.Add(() => tensor.AsBytes().MemSet(device.Stream, 0xff));
        return tensor;
    }

    /// <summary>An output that is fp32 in each precision.</summary>
    public ArrayView<float> OutputFp32(long length) => Output(length, NumberFormat.Fp32).AsFp32();

    /// <summary>Memory in the format of the case's precision, cleared to zero.</summary>
    public Tensor Memory(long length) => Allocate(length, precision.Format());

    /// <summary>Memory, cleared to zero.</summary>
    public ArrayView<T> Allocate<T>(long length) where T : unmanaged => Own(device.Allocate<T>(length)).View.AsContiguous();

    /// <summary>Something that is disposed together with the buffers.</summary>
    public T Own<T>(T disposable) where T : IDisposable
    {
        owned.Add(disposable);
        return disposable;
    }

    /// <summary>Fills the outputs with NaN.</summary>
    public void Poison() => poison.ForEach(fill => fill());

    /// <summary>An output's element that the oracle says is the sum of so many terms.</summary>
    public Expected Element(string what, Tensor output, long index, Oracle oracle, int at, double terms, double? rounded = null)
    {
        double limit = Rounding.Limit(precision, output.Format, oracle.Value[at], oracle.Magnitude[at], terms, rounded);
        return new($"{what}[{index}]", () => Read(output.SubView(index, 1)), oracle.Value[at], limit);
    }

    /// <summary>Elements from one row of a matrix in memory to the next, as a model pads its logits: a multiple of 64.</summary>
    public static int Padded(int columns) => (columns + RowMultiple - 1) / RowMultiple * RowMultiple;

    /// <summary>The first, the last and some indices between, below a limit.</summary>
    public static IEnumerable<int> Some(long limit, int count)
    {
        int most = (int)Math.Min(limit, int.MaxValue);
        var random = new Random(most);
        return new[] { 0, most - 1 }.Concat(Enumerable.Range(0, count).Select(_ => random.Next(most))).Distinct();
    }

    public void Dispose() => owned.ForEach(disposable => disposable.Dispose());

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
}
