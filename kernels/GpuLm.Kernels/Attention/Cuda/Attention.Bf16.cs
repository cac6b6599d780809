using GpuLm.Kernels.Attention.Cuda;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;
using static GpuLm.Kernels.Cuda.Rows.VectorAccess;

namespace GpuLm.Kernels.Attention;

/// <content>Attention on tensors of either format; in bf16 it runs on tensor cores.</content>
public sealed partial class Attention
{
    readonly Dictionary<int, FlashAttention> flash = [];

    /// <summary>
    /// As <see cref="Forward(ArrayView{float}, AttentionShape, ArrayView{float}, ArrayView{float})"/>, in the format of the tensors. In
    /// bf16 a weight that multiplies a value is off by up to 2^-8 of itself, and so is an output; sums and logSumExp are fp32. The first
    /// call for a head size in bf16 compiles.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A view is too short or, in bf16, does not start at a multiple of 16 bytes; the formats differ; the shape is impossible; or bf16
    /// meets a device without tensor cores or a head size other than 64 and 128.
    /// </exception>
    public void Forward(Tensor qkv, AttentionShape shape, Tensor output, ArrayView<float> logSumExp)
    {
        if (qkv.Format == NumberFormat.Fp32)
        {
            Forward(qkv.AsFp32(), shape, output.AsFp32(), logSumExp);
            return;
        }
        Check(shape);
        Guard.Holds(qkv.AsBf16(), shape.QkvLength);
        Guard.Holds(output.AsBf16(), shape.OutputLength);
        Guard.Holds(logSumExp, shape.Queries);
        Flash(shape).Forward(Aligned(qkv.AsBf16()), shape, Aligned(output.AsBf16()), logSumExp);
    }

    /// <summary>
    /// As <see cref="Backward(ArrayView{float}, ArrayView{float}, ArrayView{float}, ArrayView{float}, AttentionShape, ArrayView{float})"/>,
    /// in the format of the tensors. In bf16 weights and their gradients are rounded before they multiply queries, keys and output
    /// gradients; sums are fp32.
    /// </summary>
    /// <inheritdoc cref="Forward(Tensor, AttentionShape, Tensor, ArrayView{float})" path="/exception"/>
    public void Backward(Tensor dOutput, Tensor qkv, Tensor output, ArrayView<float> logSumExp, AttentionShape shape, Tensor dQkv)
    {
        if (qkv.Format == NumberFormat.Fp32)
        {
            Backward(dOutput.AsFp32(), qkv.AsFp32(), output.AsFp32(), logSumExp, shape, dQkv.AsFp32());
            return;
        }
        Check(shape);
        Guard.Holds(dOutput.AsBf16(), shape.OutputLength);
        Guard.Holds(qkv.AsBf16(), shape.QkvLength);
        Guard.Holds(output.AsBf16(), shape.OutputLength);
        Guard.Holds(logSumExp, shape.Queries);
        Guard.Holds(dQkv.AsBf16(), shape.QkvLength);
        Flash(shape).Backward(
            Aligned(dOutput.AsBf16()), Aligned(qkv.AsBf16()), Aligned(output.AsBf16()), logSumExp, shape, Aligned(dQkv.AsBf16()));
    }

    FlashAttention Flash(AttentionShape shape)
    {
        RequireBf16(device);
        Guard.Require(
            FlashAttention.Supports(shape.HeadSize),
            $"A head has {shape.HeadSize} channels; attention in bf16 takes 64 or 128. Change the number of heads, or use fp32.",
            nameof(shape));
        if (flash.TryGetValue(shape.HeadSize, out var kernels)) return kernels;
        return flash[shape.HeadSize] = FlashAttention.Load(device, shape.HeadSize);
    }
}
