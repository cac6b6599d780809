using BenchmarkDotNet.Attributes;
using GpuLm.Devices;
using GpuLm.Kernels.Common;
using GpuLm.Reference;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Benchmarks;

/// <summary>
/// What every operation's benchmark shares: a device (<c>GPULM_BENCHMARK_DEVICE</c>, else auto), seeded inputs that are not zero, and a
/// check of the result against the oracle before anything is timed.
/// </summary>
public abstract class OpBenchmark
{
    readonly List<MemoryBuffer> buffers = [];
    readonly Random random = new(12_345);
    DeviceCatalog? catalog;
    ComputeDevice? device;

    /// <summary>The device that is timed.</summary>
    protected ComputeDevice Device => device ?? throw new InvalidOperationException("The benchmark has not been set up.");

    /// <summary>
    /// The sizes of the work in the terms of the kernel catalog, for methods that name their kernel with <see cref="KernelAttribute"/>. It
    /// depends on the parameters alone: it is read without <see cref="SetUp"/>.
    /// </summary>
    public virtual KernelSizes? Sizes => null;

    /// <summary>Opens the device, prepares the inputs and checks one result.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        catalog = new DeviceCatalog();
        var info = catalog.Select(Environment.GetEnvironmentVariable("GPULM_BENCHMARK_DEVICE") ?? "auto");
        Console.WriteLine($"// Device: {info}");
        device = catalog.Open(info);
        Prepare();
        Device.Synchronize();
        Verify();
    }

    /// <summary>Releases the device.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        buffers.ForEach(buffer => buffer.Dispose());
        device?.Dispose();
        catalog?.Dispose();
    }

    /// <summary>Allocates and fills what is timed, and runs it once.</summary>
    protected abstract void Prepare();

    /// <summary>Throws where a result of <see cref="Prepare"/> is wrong.</summary>
    protected abstract void Verify();

    /// <summary>A device view of numbers evenly distributed in [-1, 1).</summary>
    protected ArrayView<float> Input(int length) => Upload([.. Enumerable.Range(0, length).Select(_ => 2 * random.NextSingle() - 1)]);

    /// <summary>A device view of ids evenly distributed in [0, limit).</summary>
    protected ArrayView<int> Ids(int length, int limit) => Upload([.. Enumerable.Range(0, length).Select(_ => random.Next(limit))]);

    /// <summary>A device view of the given values.</summary>
    protected ArrayView<T> Upload<T>(T[] values) where T : unmanaged
    {
        var buffer = Device.Accelerator.Allocate1D(values);
        buffers.Add(buffer);
        return buffer.View.AsContiguous();
    }

    /// <summary>A device view to write to.</summary>
    protected ArrayView<float> Output(int length)
    {
        var buffer = Device.Allocate<float>(length);
        buffers.Add(buffer);
        return buffer.View.AsContiguous();
    }

    /// <summary>Whether the device has bf16; else the benchmarks of kernels on bf16 are not run.</summary>
    protected bool HasBf16 => Device.Cuda is { HasTensorCores: true };

    /// <summary>A device view of numbers evenly distributed in [-1, 1), in bf16.</summary>
    protected ArrayView<BFloat16> InputBf16(int length) =>
        Upload([.. Enumerable.Range(0, length).Select(_ => BFloat16.FromSingle(2 * random.NextSingle() - 1))]);

    /// <summary>Copies a view in bf16 to the host.</summary>
    protected float[] Read(ArrayView<BFloat16> view)
    {
        var values = new BFloat16[view.Length];
        view.CopyToCPU(Device.Stream, values);
        Device.Synchronize();
        return Array.ConvertAll(values, value => value.ToSingle());
    }

    /// <summary>Copies a view in bf16 to the host, in double, for an oracle.</summary>
    protected double[] ReadDoubles(ArrayView<BFloat16> view) => Array.ConvertAll(Read(view), value => (double)value);

    /// <summary>As <c>Require</c>, for a result that was rounded to bf16.</summary>
    protected static void RequireBf16(float[] actual, Oracle expected, double terms, string what)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            double rounding = 1.01 * BFloat16.UnitRoundoff * Math.Abs(expected.Value[i]);
            Require(actual[i], expected.Value[i], Limit(expected.Magnitude[i], terms) + rounding, $"{what}[{i}]");
        }
    }

    /// <summary>Copies a view to the host.</summary>
    protected float[] Read(ArrayView<float> view)
    {
        var values = new float[view.Length];
        view.CopyToCPU(Device.Stream, values);
        Device.Synchronize();
        return values;
    }

    /// <summary>Throws where a value is not within <paramref name="limit"/> of what it should be, NaN included.</summary>
    protected static void Require(double actual, double expected, double limit, string what)
    {
        if (!(Math.Abs(actual - expected) <= limit))
        {
            throw new InvalidOperationException($"{what} is {actual}, not {expected} within {limit:g2}: not timed.");
        }
    }

    /// <summary>
    /// Throws where a result is further from its oracle than rounding explains; <paramref name="terms"/> is the length of its sums.
    /// </summary>
    protected static void Require(float[] actual, Oracle expected, double terms, string what)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Require(actual[i], expected.Value[i], Limit(expected.Magnitude[i], terms), $"{what}[{i}]");
        }
    }

    static double Limit(double magnitude, double terms) => 4.0 / (1 << 24) * (Math.Sqrt(terms) + 1) * magnitude + 1e-30;

    /// <summary>Copies a view to the host, in double, for an oracle.</summary>
    protected double[] ReadDoubles(ArrayView<float> view) => Array.ConvertAll(Read(view), value => (double)value);
}
