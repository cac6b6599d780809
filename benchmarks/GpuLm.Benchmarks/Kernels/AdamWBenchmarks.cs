using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.AdamW;
using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.Reference;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>
/// One update of all parameters, checked by the first step from fresh parameters and moments. Gradients and moments are fp32 in each
/// precision.
/// </summary>
public abstract class AdamWBenchmark : KernelBenchmark
{
    protected const float Norm = 2;

    protected static readonly AdamWStep Numbers = new(1e-3, 0.9, 0.99, 1e-8, 0.1, Step: 1, Clip: 1);

    protected int Length => Case["elements"];

    /// <summary>A thousandth of a GPT's parameters is in vectors, which do not decay.</summary>
    protected int MatrixLength => Length - 4 * (Length / 4000 + 1);

    public override bool IsUsedBy(ModelShape model) => !model.IsLlama;

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
        [new(("elements", ParameterCount.Of(workload.Model, target)))];

    public override KernelSizes CatalogSizes(KernelCase measured) => new(measured["elements"], 1);

    protected static AdamW Prepared(Buffers buffers)
    {
        var adamW = buffers.Own(new AdamW(buffers.Device));
        adamW.Prepare(Numbers);
        return adamW;
    }

    protected (Oracle Parameter, Oracle First, Oracle Second) Expect(int i, Numbers parameters, Numbers gradients) => new AdamWReference(
        Numbers.LearningRate, Numbers.Beta1, Numbers.Beta2, Numbers.Epsilon, Numbers.WeightDecay, Numbers.Clip).Step(
        [parameters[i]], [gradients[i]], [0], [0], Norm, Numbers.Step, decayLength: i < MatrixLength ? 1 : 0);
}

/// <summary>The update in fp32; in bf16 it also writes the matrices' bf16 copy.</summary>
public class AdamWUpdate : AdamWBenchmark
{
    public override string Kernel => "AdamW.Step";

    public override IReadOnlyList<Precision> Precisions => [Precision.Fp32, Precision.Bf16];

    /// <summary>Where four elements are read at once, fp32 takes the same kernel without a copy to write.</summary>
    public override IEnumerable<string> Launched(KernelCase measured, Target target) =>
        [target.HasTensorCores ? "AdamW.StepVector" : "AdamW.Step"];

    public override Work Work(KernelCase measured, Target target) => Harness.Work.Of(
        measured.Precision == Precision.Bf16 ? "AdamW.StepVector" : "AdamW.Step", CatalogSizes(measured));

    public override PreparedCall Prepare(Buffers buffers)
    {
        var adamW = Prepared(buffers);
        var (parameters, hostParameters) = buffers.InputFp32(Length);
        var (gradients, hostGradients) = buffers.InputFp32(Length);
        var (first, second, norm) = (buffers.Allocate<float>(Length), buffers.Allocate<float>(Length), buffers.Upload(Norm));
        bool hasCopy = Case.Precision == Precision.Bf16;
        var copy = hasCopy ? buffers.Output(MatrixLength) : default;
        return new(Launch, Sample, Reset);

        void Launch()
        {
            if (hasCopy) adamW.Step(parameters, gradients, first, second, norm, Length, MatrixLength, copy.AsBf16());
            else adamW.Step(parameters, gradients, first, second, norm, Length, MatrixLength);
        }

        void Reset()
        {
            hostParameters.Fill(buffers.Device, parameters);
            first.MemSetToZero(buffers.Device.Stream);
            second.MemSetToZero(buffers.Device.Stream);
        }

        IEnumerable<Expected> Sample()
        {
            foreach (int i in Buffers.Some(Length, 40))
            {
                var expected = Expect(i, hostParameters, hostGradients);
                yield return buffers.Element("parameter", parameters, i, expected.Parameter, 0, 2);
                yield return buffers.Element("first moment", first, i, expected.First, 0, 2);
                yield return buffers.Element("second moment", second, i, expected.Second, 0, 2);
                if (hasCopy && i < MatrixLength) yield return buffers.Element("copy", copy, i, expected.Parameter, 0, 2);
            }
        }
    }
}

/// <summary>The update of matrices that exist in bf16 only, rounded at random to one of the two nearest numbers.</summary>
public class AdamWUpdateWithoutMasters : AdamWBenchmark
{
    const ulong Seed = 1;

    public override string Kernel => "AdamW.StepWithoutMasters";

    public override IReadOnlyList<Precision> Precisions => [Precision.Bf16];

    public override IEnumerable<string> Launched(KernelCase measured, Target target) => [Kernel];

    public override PreparedCall Prepare(Buffers buffers)
    {
        var adamW = Prepared(buffers);
        var (matrices, hostMatrices) = buffers.Input(MatrixLength);
        var (vectors, hostVectors) = buffers.InputFp32(Length - MatrixLength);
        var (gradients, hostGradients) = buffers.InputFp32(Length);
        var (first, second, norm) = (buffers.Allocate<float>(Length), buffers.Allocate<float>(Length), buffers.Upload(Norm));
        return new(
            () => adamW.StepWithoutMasters(
                matrices.AsBf16(), vectors, gradients, first, second, norm, Length, MatrixLength, Seed), Sample, Reset);

        void Reset()
        {
            hostMatrices.Fill(buffers.Device, matrices);
            hostVectors.Fill(buffers.Device, vectors);
            first.MemSetToZero(buffers.Device.Stream);
            second.MemSetToZero(buffers.Device.Stream);
        }

        IEnumerable<Expected> Sample()
        {
            foreach (int i in Buffers.Some(MatrixLength, 40))
            {
                var expected = Expect(i, hostMatrices, hostGradients);
                // Twice the error of rounding to the nearest: a magnitude that is larger by the value itself stands for it.
                yield return buffers.Element("matrix element", matrices, i, expected.Parameter, 0, 1);
                yield return buffers.Element("first moment", first, i, expected.First, 0, 2);
                yield return buffers.Element("second moment", second, i, expected.Second, 0, 2);
            }
        }
    }
}
