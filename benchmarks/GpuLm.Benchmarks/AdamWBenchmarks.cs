using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.AdamW;
using GpuLm.Kernels.Common;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks;

/// <summary>One update of a parameter arena.</summary>
public class AdamWBenchmarks : OpBenchmark
{
    const int Sample = 1000;
    const ulong Seed = 1;
    static readonly AdamWStep Numbers = new(1e-3, 0.9, 0.99, 1e-8, 0.1, Step: 1, Clip: 1);

    ArrayView<float> parameters, gradients, first, second, norm;
    ArrayView<BFloat16> matrices;
    double[] before = [];
    AdamW adamW = null!;

    [Params(1 << 20, 1 << 24)]
    public int Rows { get; set; }

    public override KernelSizes Sizes => new(Rows, 1);

    protected override void Prepare()
    {
        (parameters, gradients, first, second, norm) = (Input(Rows), Input(Rows), Output(Rows), Output(Rows), Upload([2f]));
        before = Wide(parameters);
        adamW = new AdamW(Device);
        adamW.Prepare(Numbers);
        Launch();
        if (HasBf16) matrices = InputBf16(Rows);
    }

    protected override void Verify()
    {
        var reference = new AdamWReference(
            Numbers.LearningRate, Numbers.Beta1, Numbers.Beta2, Numbers.Epsilon, Numbers.WeightDecay, Numbers.Clip);
        var (expected, _, _) = reference.Step(before, Wide(gradients), new double[Sample], new double[Sample], 2, Numbers.Step, Sample);
        float[] actual = Read(parameters.SubView(0, Sample));
        for (int i = 0; i < Sample; i++) Require(actual[i], expected.Value[i], 8 * expected.Magnitude[i] / (1 << 24), $"parameter {i}");
        if (!HasBf16) return;
        StepWithCopy();
        float[] copy = Read(matrices.SubView(0, Sample)), masters = Read(parameters.SubView(0, Sample));
        for (int i = 0; i < Sample; i++) Require(copy[i], BFloat16.FromSingle(masters[i]).ToSingle(), 0, $"copy {i}");
    }

    [Benchmark, Kernel("AdamW.Step")]
    public void Step()
    {
        Launch();
        Device.Synchronize();
    }

    [Benchmark, Kernel("AdamW.StepVector")]
    public void StepWithCopy()
    {
        adamW.Step(parameters, gradients, first, second, norm, Rows, Rows, matrices);
        Device.Synchronize();
    }

    [Benchmark, Kernel("AdamW.StepWithoutMasters")]
    public void StepWithoutMasters()
    {
        adamW.StepWithoutMasters(matrices, parameters, gradients, first, second, norm, Rows, Rows, Seed);
        Device.Synchronize();
    }

    void Launch() => adamW.Step(parameters, gradients, first, second, norm, Rows, Rows / 2);

    double[] Wide(ArrayView<float> view) => Array.ConvertAll(Read(view.SubView(0, Sample)), value => (double)value);
}
