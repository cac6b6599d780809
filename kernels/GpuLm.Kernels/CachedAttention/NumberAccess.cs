using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;

namespace GpuLm.Kernels.CachedAttention;

/// <summary>How device code reads and writes numbers of a format; a type argument, so that one body serves both.</summary>
interface INumberAccess<T> where T : unmanaged
{
    /// <summary>The number, in fp32.</summary>
    float Load(ArrayView<T> view, long index);

    /// <summary>Writes the nearest number.</summary>
    void Store(float value, ArrayView<T> view, long index);
}

/// <summary>fp32, on every device.</summary>
readonly struct Fp32Access : INumberAccess<float>
{
    public float Load(ArrayView<float> view, long index) => view[index];

    public void Store(float value, ArrayView<float> view, long index) => view[index] = value;
}

/// <summary>bf16, on CUDA devices.</summary>
readonly struct Bf16Access : INumberAccess<BFloat16>
{
    public float Load(ArrayView<BFloat16> view, long index) => Numbers.LowBFloat16(view[index].Bits);

    public void Store(float value, ArrayView<BFloat16> view, long index) =>
        view[index] = new BFloat16((ushort)Numbers.PackBFloat16(value, 0));
}
