using GpuLm.Kernels.Attention;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul;

namespace GpuLm.Bench.Tests.Steps;

/// <summary>What a recorded launch had to do by the kernel catalog, from the sizes that it was given.</summary>
static class LaunchSizes
{
    public static double Flops(TimedLaunch launch) => Entry(launch).Flops(Sizes(launch));

    /// <summary>The catalog counts the operands of a product; its epilogue reads a bias, reads or writes a matrix, or adds to C.</summary>
    public static double Bytes(TimedLaunch launch)
    {
        double bytes = Entry(launch).Bytes(Sizes(launch));
        if (launch.Arguments.OfType<MatMulPlan>().ToList() is not [var plan]) return bytes;
        var epilogue = (MatMulEpilogue)plan.Epilogue;
        bool bias = epilogue is MatMulEpilogue.Bias or MatMulEpilogue.BiasGelu or MatMulEpilogue.BiasResidual;
        bool matrix = epilogue is MatMulEpilogue.BiasGelu or MatMulEpilogue.BiasResidual or MatMulEpilogue.GeluGradient;
        return bytes + sizeof(float) * ((bias ? plan.N : 0) + (matrix || plan.Beta != 0 ? (double)plan.M * plan.N : 0));
    }

    static KernelEntry Entry(TimedLaunch launch) => KernelCatalog.All.Single(entry => entry.Kernel == launch.Kernel);

    static KernelSizes Sizes(TimedLaunch launch)
    {
        int Number(string parameter) => Convert.ToInt32(
            launch.Arguments[Array.FindIndex(launch.Kernel.GetParameters(), p => p.Name == parameter)], default);
        return Entry(launch).Name switch
        {
            "MatMul.Tile" => launch.Arguments.OfType<MatMulPlan>().Single() is var plan ? new(plan.M, plan.N, plan.K) : null!,
            "Attention.Forward" or "Attention.Backward" => launch.Arguments.OfType<AttentionShape>().Single() is var shape
                ? new(shape.Length, shape.HeadSize, Batch: shape.Batch * shape.Heads)
                : null!,
            "LayerNorm.Forward" or "LayerNorm.Backward" or "BiasGradient.SumColumns" => new(Number("rows"), Number("columns")),
            "CrossEntropy.ForwardBackward" => new(Number("rows"), Number("vocabulary")),
            "Embedding.Forward" => new(Number("rows"), Number("channels"), Number("sequence")),
            "Embedding.BackwardByChannels" => new(Number("batch") * Number("sequence"), Number("channels"), Number("context")),
            "GradientNorm.PartialSquares" or "AdamW.Step" or "Reduction.PartialSums" or "Reduction.Total" => new(Number("length"), 1),
            "GradientNorm.NormOfFiniteLoss" => new(Number("parts"), 1),
            "Gelu.Tanh" => new(Number("count"), 1),
            var name => throw new InvalidOperationException($"A step launches {name}; say what its sizes are."),
        };
    }
}
