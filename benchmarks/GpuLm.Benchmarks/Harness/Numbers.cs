using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Benchmarks.Harness;

/// <summary>
/// Seeded numbers, evenly distributed in [-1, 1), for arrays too large to fill on the host: a block is uploaded and then doubled on the
/// device, so that element i is known on the host as block[i mod period]. The period is a prime, so that no two rows are alike.
/// </summary>
public sealed class Numbers
{
    const int Period = 1_048_573;
    static readonly Dictionary<(int Seed, NumberFormat Format), Numbers> Made = [];
    readonly float[] block = new float[Period];

    Numbers(int seed, NumberFormat format)
    {
        var random = new Random(seed);
        for (int i = 0; i < Period; i++)
        {
            float value = 2 * random.NextSingle() - 1;
            block[i] = format == NumberFormat.Fp32 ? value : BFloat16.FromSingle(value).ToSingle();
        }
    }

    /// <summary>Numbers of different seeds have nothing in common. In bf16 they are rounded to what it can hold.</summary>
    public static Numbers Of(int seed, NumberFormat format)
    {
        if (!Made.TryGetValue((seed, format), out var numbers)) Made.Add((seed, format), numbers = new Numbers(seed, format));
        return numbers;
    }

    /// <summary>Element i.</summary>
    public float this[long i] => block[i % Period];

    /// <summary>So many elements from one on, for an oracle.</summary>
    public double[] Range(long start, int count)
    {
        var values = new double[count];
        for (int i = 0; i < count; i++) values[i] = this[start + i];
        return values;
    }

    /// <summary>Fills a tensor of the numbers' format.</summary>
    public void Fill(ComputeDevice device, Tensor tensor)
    {
        int uploaded = (int)Math.Min(Period, tensor.Length);
        if (tensor.Format == NumberFormat.Fp32) Fill(device, tensor.AsFp32(), block.AsSpan(0, uploaded));
        else Fill(device, tensor.AsBf16(), Array.ConvertAll(block[..uploaded], BFloat16.FromSingle));
    }

    static void Fill<T>(ComputeDevice device, ArrayView<T> view, ReadOnlySpan<T> start) where T : unmanaged
    {
        device.Upload(start, view);
        for (long filled = start.Length; filled < view.Length;)
        {
            long more = Math.Min(filled / Period * Period, view.Length - filled);
            view.SubView(0, more).CopyTo(device.Stream, view.SubView(filled, more));
            filled += more;
        }
        device.Synchronize();
    }
}
