using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.Attention.Cuda;

using BackwardLauncher = Action<
    AcceleratorStream, KernelConfig, ArrayView<BFloat16>, ArrayView<BFloat16>, ArrayView<float>, ArrayView<float>, AttentionShape,
    ArrayView<BFloat16>>;
using Flash = AttentionKernels.Flash;
using ForwardLauncher = Action<AcceleratorStream, KernelConfig, ArrayView<BFloat16>, AttentionShape, ArrayView<BFloat16>, ArrayView<float>>;
using PrepareLauncher = Action<
    AcceleratorStream, KernelConfig, ArrayView<BFloat16>, ArrayView<BFloat16>, ArrayView<float>, AttentionShape, ArrayView<float>,
    ArrayView<float>>;

/// <summary>Launches the tensor-core kernels for one head size; arguments are checked already.</summary>
sealed class FlashAttention
{
    readonly ComputeDevice device;
    readonly IFlashShape forwardShape, backwardShape;
    readonly ForwardLauncher forward;
    readonly PrepareLauncher prepare;
    readonly BackwardLauncher queryGradient, keyValueGradient;

    FlashAttention(
        ComputeDevice device, IFlashShape forwardShape, IFlashShape backwardShape, Delegate forward, Delegate prepare,
        Delegate queryGradient, Delegate keyValueGradient)
    {
        (this.device, this.forwardShape, this.backwardShape) = (device, forwardShape, backwardShape);
        this.forward = device.Load<ForwardLauncher>(forward);
        this.prepare = device.Load<PrepareLauncher>(prepare);
        this.queryGradient = device.Load<BackwardLauncher>(queryGradient);
        this.keyValueGradient = device.Load<BackwardLauncher>(keyValueGradient);
    }

    /// <summary>Whether there are kernels for a head size.</summary>
    public static bool Supports(int headSize) => headSize is 64 or 128;

    /// <summary>Compiles the kernels for a head size that is supported.</summary>
    public static FlashAttention Load(ComputeDevice device, int headSize) => headSize == 64
        ? new(
            device, default(ForwardHead64), default(BackwardHead64), Flash.Forward<ForwardHead64, Sum64, Sum64>,
            Flash.PrepareBackward<BackwardHead64>, Flash.QueryGradient<BackwardHead64, Sum32, Sum64>,
            Flash.KeyValueGradient<BackwardHead64, Sum32, Sum64>)
        : new(
            device, default(ForwardHead128), default(BackwardHead128), Flash.Forward<ForwardHead128, Sum32, Sum128>,
            Flash.PrepareBackward<BackwardHead128>, Flash.QueryGradient<BackwardHead128, Sum16, Sum64>,
            Flash.KeyValueGradient<BackwardHead128, Sum16, Sum64>);

    public void Forward(ArrayView<BFloat16> qkv, AttentionShape shape, ArrayView<BFloat16> output, ArrayView<float> logSumExp)
    {
        var blocks = Blocks(forwardShape, shape, shape.Heads, FlashMemory.ForwardBytes(forwardShape));
        forward(device.Stream, blocks, qkv, shape, output, logSumExp);
    }

    public void Backward(
        ArrayView<BFloat16> dOutput, ArrayView<BFloat16> qkv, ArrayView<BFloat16> output, ArrayView<float> logSumExp, AttentionShape shape,
        ArrayView<BFloat16> dQkv)
    {
        var workspace = device.Workspace(2L * shape.Queries);
        var (minusLogSumExp, minusDelta) = (workspace.SubView(0, shape.Queries), workspace.SubView(shape.Queries, shape.Queries));
        int threads = backwardShape.Threads, queriesOfGroup = threads / (shape.HeadSize / 8);
        var all = new KernelConfig((shape.Queries + queriesOfGroup - 1) / queriesOfGroup, threads);
        prepare(device.Stream, all, dOutput, output, logSumExp, shape, minusLogSumExp, minusDelta);
        var forQueries = Blocks(backwardShape, shape, shape.Heads, FlashMemory.QueryGradientBytes(backwardShape));
        queryGradient(device.Stream, forQueries, dOutput, qkv, minusLogSumExp, minusDelta, shape, dQkv);
        var forKeys = Blocks(backwardShape, shape, shape.KeyValueHeads, FlashMemory.KeyValueGradientBytes(backwardShape));
        keyValueGradient(device.Stream, forKeys, dOutput, qkv, minusLogSumExp, minusDelta, shape, dQkv);
    }

    /// <summary>A group for each block of rows of each head.</summary>
    static KernelConfig Blocks(IFlashShape flash, AttentionShape shape, int heads, int sharedBytes) => new(
        shape.Batch * heads * ((shape.Length + flash.Rows - 1) / flash.Rows), flash.Threads,
        SharedMemoryConfig.RequestDynamic<byte>(sharedBytes));
}
