using GpuLm.Kernels.Attention;
using GpuLm.Kernels.Common;
using ILGPU;

namespace GpuLm.Models;

/// <summary>Launchers over <see cref="Tensor"/> for an operation that has fp32 kernels only; its own methods go first.</summary>
static class TensorLaunchers
{
    public static void Forward(this Attention op, Tensor qkv, AttentionShape shape, Tensor output, ArrayView<float> logSumExp) =>
        op.Forward(qkv.AsFp32(), shape, output.AsFp32(), logSumExp);

    public static void Backward(
        this Attention op, Tensor dOutput, Tensor qkv, Tensor output, ArrayView<float> logSumExp, AttentionShape shape, Tensor dQkv) =>
        op.Backward(dOutput.AsFp32(), qkv.AsFp32(), output.AsFp32(), logSumExp, shape, dQkv.AsFp32());
}
