using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;

namespace GpuLm.Kernels.MatMul.Cuda;

/// <summary>How the epilogue reads and writes C and the matrices beside it; a type argument, so that one text serves both ways.</summary>
interface IEpilogueAccess
{
    /// <summary>Numbers from an element on, which are fp32 where <paramref name="wide"/> is 1, else bf16.</summary>
    Float8 Load(ArrayView<byte> view, long index, int wide);

    /// <summary>The bias of the columns from one on.</summary>
    Float8 LoadBias(ArrayView<float> bias, int column);

    /// <summary>Writes numbers from an element on.</summary>
    void Store(Float8 value, ArrayView<byte> view, long index, int wide);
}

/// <summary>Eight numbers in accesses of 16 bytes; the index is a multiple of eight.</summary>
readonly struct EightAtOnce : IEpilogueAccess
{
    public Float8 Load(ArrayView<byte> view, long index, int wide) => wide != 0
        ? Float8.Load(view.Cast<Float4>(), index / 8)
        : Float8.Unpack(view.Cast<UInt4>()[index / 8]);

    public Float8 LoadBias(ArrayView<float> bias, int column) => Float8.Load(bias.Cast<Float4>(), column / 8);

    public void Store(Float8 value, ArrayView<byte> view, long index, int wide)
    {
        if (wide != 0) value.Store(view.Cast<Float4>(), index / 8);
        else view.Cast<UInt4>()[index / 8] = value.Pack();
    }
}

/// <summary>One number: the right edge of C, and rows that no vector access can reach. The other seven are not computed.</summary>
readonly struct OneByOne : IEpilogueAccess
{
    public Float8 Load(ArrayView<byte> view, long index, int wide) => Float8.All(
        wide != 0 ? view.Cast<float>()[index] : Interop.IntAsFloat((uint)view.Cast<ushort>()[index] << 16));

    public Float8 LoadBias(ArrayView<float> bias, int column) => Float8.All(bias[column]);

    public void Store(Float8 value, ArrayView<byte> view, long index, int wide)
    {
        if (wide != 0) view.Cast<float>()[index] = value.Low.X;
        else view.Cast<ushort>()[index] = (ushort)Numbers.PackBFloat16(value.Low.X, 0f);
    }
}
