using GpuLm.Kernels.Primitives.Cpu;
using Xunit;

namespace GpuLm.Kernels.Tests;

/// <summary>Makes CPU bodies use vectors of at most so many bits, until disposed.</summary>
sealed class VectorWidth : IDisposable
{
    readonly int before = Simd.WidestBits;

    public VectorWidth(int bits) => Simd.WidestBits = bits;

    public static TheoryData<int> All => [512, 256, 128];

    public void Dispose() => Simd.WidestBits = before;
}
