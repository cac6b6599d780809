using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.MatMul.Cuda;

using SumLauncher = Action<
    AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<byte>, TensorCorePlan, ArrayView<byte>>;

/// <summary>
/// Launches products on tensor cores: checks what the copies need, cuts the product, launches. Only a shape's first launch allocates.
/// </summary>
/// <param name="device">A CUDA device with tensor cores.</param>
/// <param name="configuration">The cut of every product; null for the one that was measured to be best, or else a rule's.</param>
sealed class TensorCoreLauncher(ComputeDevice device, string? configuration)
{
    // What the third dimension of a grid can be.
    const int MostBatch = 65_535;

    // A thread of the epilogue finishes so many neighbours at a time.
    const int EpilogueColumns = 8;

    readonly Dictionary<(MatMulShape Shape, NumberFormat Operands, NumberFormat C), TensorCoreCut> cuts = [];
    MatMulTuning? tuning;
    SumLauncher? sumSplits;

    /// <summary>Whether rows of both operands start at multiples of 16 bytes, as asynchronous copies need.</summary>
    public static bool CanCopy(Tensor a, Tensor b, MatMulShape shape) =>
        a.IsAligned && b.IsAligned && IsWhole(shape.LeadingA, a) && IsWhole(shape.LeadingB, b) && IsWhole(shape.StrideA, a)
        && IsWhole(shape.StrideB, b);

    /// <summary>Launches a product whose views are long enough; the bias and the extra matrix are used where the epilogue does.</summary>
    public void Launch(
        Tensor a, Tensor b, ArrayView<float> bias, Tensor extra, MatMulShape shape, MatMulEpilogue epilogue, float beta, Tensor c)
    {
        RequireCopies(a, shape.LeadingA, shape.StrideA, "A");
        RequireCopies(b, shape.LeadingB, shape.StrideB, "B");
        Guard.Require(
            shape.Batch <= MostBatch, $"A batch has at most {MostBatch} products on tensor cores, not {shape.Batch}. Split it.",
            nameof(shape));
        var cut = Cut(shape, a.Format, c.Format);
        bool usesExtra = MatMul.UsesExtra(epilogue), usesBias = MatMul.UsesBias(epilogue);
        bool vectorC = c.IsAligned && shape.LeadingC % EpilogueColumns == 0 && shape.StrideC % EpilogueColumns == 0
            && (!usesExtra || extra.IsAligned) && (!usesBias || new Tensor(bias).IsAligned);
        var plan = new TensorCorePlan(shape, epilogue, beta, a.Format, c.Format, vectorC, cut);

        // Kernels want every view to be valid memory, also those that they do not read.
        var (bytesA, bytesC) = (a.AsBytes(), c.AsBytes());
        var biasOrAny = usesBias ? bias : bytesA.Cast<float>();
        var extraOrAny = usesExtra ? extra.AsBytes() : bytesA;
        var partials = cut.Splits > 1 ? device.Workspace(plan.PartialNumbers) : bytesA.Cast<float>();
        cut.Config.Launch(device, a, b, shape, biasOrAny, extraOrAny, plan, partials, bytesC);
        if (cut.Splits == 1) return;
        sumSplits ??= device.Load<SumLauncher>(MatMulKernels.TensorCore.SumSplits);
        long items = (long)shape.M * ((shape.N + 7) / 8);
        int groups = checked((int)((items + MatMulKernels.TensorCore.SumThreads - 1) / MatMulKernels.TensorCore.SumThreads));
        sumSplits(
            device.Stream, new KernelConfig(groups, MatMulKernels.TensorCore.SumThreads), partials, biasOrAny, extraOrAny, plan, bytesC);
    }

    TensorCoreCut Cut(MatMulShape shape, NumberFormat operands, NumberFormat c)
    {
        if (cuts.TryGetValue((shape, operands, c), out var cut)) return cut;
        var traits = device.Cuda!;
        string? name = configuration;
        if (name is null)
        {
            tuning ??= MatMulTuning.Load(traits);
            name = tuning.Find(ProductClass.Of(operands, c, shape));
        }
        cut = name is null ? TensorCoreConfigs.Choose(shape, operands, traits) : TensorCoreCut.Parse(name);
        // A class of products holds smaller ones too: what suits most of them may leave a split of this one without terms.
        if (configuration is null && !cut.Suits(traits, shape, operands)) cut = TensorCoreConfigs.Choose(shape, operands, traits);
        Guard.Require(
            cut.Suits(traits, shape, operands), $"{traits.Name} cannot make {shape} as '{name}'. Choose another configuration.",
            nameof(configuration));
        cuts.Add((shape, operands, c), cut);
        return cut;
    }

    static void RequireCopies(Tensor operand, int leading, long stride, string name)
    {
        int whole = 16 / operand.ElementBytes;
        Guard.Require(
            operand.IsAligned,
            $"{name} does not start at a multiple of 16 bytes. Cut it from its buffer at a multiple of {whole} elements.", name);
        Guard.Require(
            IsWhole(leading, operand),
            $"Rows of {name} are {leading} elements apart; tensor cores need a multiple of {whole}. Pad the rows and set Leading{name}.",
            name);
        Guard.Require(
            IsWhole(stride, operand),
            $"The batch's {name} are {stride} elements apart; tensor cores need a multiple of {whole}. Pad them.", name);
    }

    static bool IsWhole(long elements, Tensor operand) => elements * operand.ElementBytes % 16 == 0;
}
