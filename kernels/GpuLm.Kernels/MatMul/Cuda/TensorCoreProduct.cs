using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.MatMul.Cuda;

using SumLauncher = Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<byte>, TensorCorePlan, ArrayView<byte>>;

/// <summary>Launches products on tensor cores: chooses tile and splits, checks what the copies need, allocates nothing.</summary>
sealed class TensorCoreProduct(ComputeDevice device, IMatMulTuning? tuning)
{
    // What the third dimension of a grid can be.
    const int MostBatch = 65_535;

    SumLauncher? sumSplits;

    /// <summary>Whether rows of both operands start at multiples of 16 bytes, as asynchronous copies need.</summary>
    public static bool CanCopy(Tensor a, Tensor b, MatMulShape shape) =>
        a.IsAligned && b.IsAligned && IsWhole(shape.LeadingA, a) && IsWhole(shape.LeadingB, b) && IsWhole(shape.StrideA, a) && IsWhole(shape.StrideB, b);

    /// <summary>Launches a product whose views are long enough; the bias and the extra matrix are used where the epilogue does.</summary>
    public void Launch(
        Tensor a, Tensor b, ArrayView<float> bias, Tensor extra, MatMulShape shape, MatMulEpilogue epilogue, float beta, Tensor c)
    {
        RequireCopies(a, shape.LeadingA, shape.StrideA, "A");
        RequireCopies(b, shape.LeadingB, shape.StrideB, "B");
        Guard.Require(shape.Batch <= MostBatch, $"A batch has at most {MostBatch} products on tensor cores, not {shape.Batch}. Split it.", nameof(shape));
        var (config, splits) = Choose(shape, a);
        bool usesExtra = MatMul.UsesExtra(epilogue), usesBias = MatMul.UsesBias(epilogue);
        bool vectorC = c.IsAligned && IsWhole(shape.LeadingC, c) && IsWhole(shape.StrideC, c)
            && (!usesExtra || extra.IsAligned) && (!usesBias || ((Tensor)bias).IsAligned);
        var plan = new TensorCorePlan(shape, epilogue, beta, c.Format, vectorC, a.ElementBytes, config, splits);

        // Kernels want every view to be valid memory, also those that they do not read.
        var (bytesA, bytesC) = (a.AsBytes(), c.AsBytes());
        var biasOrAny = usesBias ? bias : bytesA.Cast<float>();
        var extraOrAny = usesExtra ? extra.AsBytes() : bytesA;
        var partials = splits > 1 ? device.Workspace(plan.PartialNumbers) : bytesA.Cast<float>();
        config.Launch(device, a, b, shape, biasOrAny, extraOrAny, plan, partials, bytesC);
        if (splits == 1) return;
        sumSplits ??= device.Load<SumLauncher>(MatMulKernels.TensorCore.SumSplits);
        long items = (long)shape.M * ((shape.N + 7) / 8);
        int groups = checked((int)((items + MatMulKernels.TensorCore.SumThreads - 1) / MatMulKernels.TensorCore.SumThreads));
        sumSplits(device.Stream, new KernelConfig(groups, MatMulKernels.TensorCore.SumThreads), partials, biasOrAny, extraOrAny, plan, bytesC);
    }

    (TensorCoreConfig Config, int Splits) Choose(MatMulShape shape, Tensor a)
    {
        var traits = device.Cuda!;
        if (tuning?.Find(shape, a.Format) is not { } choice) return TensorCoreConfigs.Choose(shape, a.ElementBytes, traits);
        var config = TensorCoreConfigs.Find(choice.Config);
        Guard.Require(
            config.Fits(traits), $"The tile {config.Name} needs {config.SharedBytes} bytes of shared memory; {traits.Name} has {traits.SharedBytes}. Tune on this device.", nameof(tuning));
        Guard.Require(config.Makes(shape, a.Format), $"The tile {config.Name} cannot multiply {shape} in {a.Format}. Tune on this device.", nameof(tuning));
        Guard.Require(
            choice.Splits >= 1 && (choice.Splits == 1 || shape.Batch == 1), $"A product can be split in 1 or more parts, a batch in 1, not in {choice.Splits}.", nameof(tuning));
        return (config, choice.Splits);
    }

    static void RequireCopies(Tensor operand, int leading, long stride, string name)
    {
        int whole = 16 / operand.ElementBytes;
        Guard.Require(operand.IsAligned, $"{name} does not start at a multiple of 16 bytes. Cut it from its buffer at a multiple of {whole} elements.", name);
        Guard.Require(
            IsWhole(leading, operand), $"Rows of {name} are {leading} elements apart; tensor cores need a multiple of {whole}. Pad the rows and set Leading{name}.", name);
        Guard.Require(IsWhole(stride, operand), $"The batch's {name} are {stride} elements apart; tensor cores need a multiple of {whole}. Pad them.", name);
    }

    static bool IsWhole(long elements, Tensor operand) => elements * operand.ElementBytes % 16 == 0;
}
