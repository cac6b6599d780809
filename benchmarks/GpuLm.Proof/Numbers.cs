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
    readonly float[] block;

    /// <param name="seed">Numbers of different seeds have nothing in common.</param>
    /// <param name="rounded">What storing does to a number.</param>
    public Numbers(int seed, Func<float, float> rounded)
    {
        var random = new Random(seed);
        block = new float[Period];
        for (int i = 0; i < Period; i++) block[i] = rounded(2 * random.NextSingle() - 1);
    }

    public float this[long i] => block[i % Period];

    /// <summary>Fills a view with the numbers' stored form.</summary>
    public void Fill<T>(ComputeDevice device, ArrayView<T> view, Func<float, T> stored) where T : unmanaged
    {
        long filled = Math.Min(Period, view.Length);
        device.Upload(Array.ConvertAll(block, value => stored(value)).AsSpan(0, (int)filled), view);
        while (filled < view.Length)
        {
            long more = Math.Min(filled / Period * Period, view.Length - filled);
            view.SubView(0, more).CopyTo(device.Stream, view.SubView(filled, more));
            filled += more;
        }
        device.Synchronize();
    }
}
