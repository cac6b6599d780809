using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Proof;

/// <summary>
/// Seeded numbers, evenly distributed in [-1, 1), for arrays too large to fill on the host: a block is uploaded and then doubled on the
/// device, so that element i is known on the host as block[i mod period]. The period is a prime, so that no two rows are alike.
/// </summary>
sealed class Numbers
{
    const int Period = 1_048_573;
    readonly float[] block = new float[Period];

    /// <param name="seed">Numbers of different seeds have nothing in common.</param>
    /// <param name="format">They are rounded to what it can hold.</param>
    public Numbers(int seed, NumberFormat format)
    {
        var random = new Random(seed);
        for (int i = 0; i < Period; i++)
        {
            float value = 2 * random.NextSingle() - 1;
            block[i] = format == NumberFormat.Fp32 ? value : BFloat16.FromSingle(value).ToSingle();
        }
    }

    public float this[long i] => block[i % Period];

    /// <summary>Fills a tensor of the numbers' format.</summary>
    public void Fill(ComputeDevice device, Tensor tensor)
    {
        if (tensor.Format == NumberFormat.Fp32) Fill(device, tensor.AsFp32(), block);
        else Fill(device, tensor.AsBf16(), Array.ConvertAll(block, BFloat16.FromSingle));
    }

    static void Fill<T>(ComputeDevice device, ArrayView<T> view, T[] block) where T : unmanaged
    {
        long filled = Math.Min(Period, view.Length);
        device.Upload<T>(block.AsSpan(0, (int)filled), view);
        while (filled < view.Length)
        {
            long more = Math.Min(filled / Period * Period, view.Length - filled);
            view.SubView(0, more).CopyTo(device.Stream, view.SubView(filled, more));
            filled += more;
        }
        device.Synchronize();
    }
}
