using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;
using ILGPU.Runtime;
using static GpuLm.Kernels.Cuda.Rows.VectorAccess;

namespace GpuLm.Kernels.Conversion;

/// <summary>Copies between fp32 and <see cref="BFloat16"/>, rounding to the nearest, ties to even.</summary>
/// <param name="device">A CUDA device that has bf16.</param>
/// <exception cref="ArgumentException">The device has no bf16.</exception>
public sealed class Conversion(ComputeDevice device)
{
    readonly Action<AcceleratorStream, KernelConfig, ArrayView<Float4>, long, ArrayView<UInt4>> toBf16 =
        RequireBf16(device).Load<Action<AcceleratorStream, KernelConfig, ArrayView<Float4>, long, ArrayView<UInt4>>>(
            ConversionKernels.ToBf16);

    readonly Action<AcceleratorStream, KernelConfig, ArrayView<UInt4>, long, ArrayView<Float4>> toFp32 =
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<UInt4>, long, ArrayView<Float4>>>(ConversionKernels.ToFp32);

    readonly Action<AcceleratorStream, KernelConfig, ArrayView<float>, int, ArrayView<BFloat16>> restToBf16 =
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, int, ArrayView<BFloat16>>>(ConversionKernels.RestToBf16);

    readonly Action<AcceleratorStream, KernelConfig, ArrayView<BFloat16>, int, ArrayView<float>> restToFp32 =
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<BFloat16>, int, ArrayView<float>>>(ConversionKernels.RestToFp32);

    /// <summary>target[i] = source[i] rounded to bf16, i &lt; count.</summary>
    /// <exception cref="ArgumentException">The count is not positive, a view too short or not at a multiple of 16 bytes.</exception>
    public void ToBf16(ArrayView<float> source, long count, ArrayView<BFloat16> target)
    {
        Guard.Positive(count);
        Guard.Holds(source, count);
        Guard.Holds(target, count);
        long vectors = count / Eight, done = vectors * Eight;
        int rest = (int)(count - done);
        if (vectors > 0) toBf16(device.Stream, ThreadEach(vectors), Vectors(source), vectors, Vectors(target));
        if (rest > 0) restToBf16(device.Stream, new(1, Eight), source.SubView(done, rest), rest, target.SubView(done, rest));
    }

    /// <summary>target[i] = source[i], exactly, i &lt; count.</summary>
    /// <exception cref="ArgumentException">The count is not positive, a view too short or not at a multiple of 16 bytes.</exception>
    public void ToFp32(ArrayView<BFloat16> source, long count, ArrayView<float> target)
    {
        Guard.Positive(count);
        Guard.Holds(source, count);
        Guard.Holds(target, count);
        long vectors = count / Eight, done = vectors * Eight;
        int rest = (int)(count - done);
        if (vectors > 0) toFp32(device.Stream, ThreadEach(vectors), Vectors(source), vectors, Vectors(target));
        if (rest > 0) restToFp32(device.Stream, new(1, Eight), source.SubView(done, rest), rest, target.SubView(done, rest));
    }
}
