using GpuLm.Kernels.Common;
using GpuLm.Kernels.LayerNorm;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Proof.Cases;

/// <summary>Layer norm of [rows, columns], forward, or backward with the gradients of weight and bias. Vectors are fp32.</summary>
sealed class LayerNormCase : ProofCase
{
    const float Epsilon = 1e-5f;
    readonly int rows, columns;
    readonly bool backward;
    readonly LayerNorm layerNorm;
    readonly Tensor x, y, dY, dX;
    readonly ArrayView<float> weight, bias, mean, rstd, dWeight, dBias;
    readonly Numbers numbers, numbersWeight, numbersBias, numbersAbove;

    public LayerNormCase(ComputeDevice device, CaseSpec spec, Precision precision) : base(device, precision)
    {
        (rows, columns, backward) = (spec.Shape[0], spec.Shape[1], spec.Variant == "backward");
        layerNorm = new LayerNorm(device);
        long length = (long)rows * columns;
        (x, numbers) = Input(length);
        (weight, numbersWeight) = InputFp32(columns);
        (bias, numbersBias) = InputFp32(columns);
        (dY, numbersAbove) = Input(length);
        (y, dX, dWeight, dBias) = (Output(length), Output(length), OutputFp32(columns), OutputFp32(columns));
        (mean, rstd) = (Allocate<float>(rows), Allocate<float>(rows));
        layerNorm.Forward(x, weight, bias, Epsilon, rows, columns, y, mean, rstd);
    }

    public override Work Work => Work.Bytes((backward ? 3.0 : 2.0) * x.ElementBytes * rows * columns);

    public override void Launch()
    {
        if (backward) layerNorm.Backward(dY, x, weight, mean, rstd, rows, columns, dX, dWeight, dBias, accumulate: false);
        else layerNorm.Forward(x, weight, bias, Epsilon, rows, columns, y, mean, rstd);
    }

    protected override IEnumerable<Expected> Sample()
    {
        double[] w = Row(numbersWeight, 0), b = Row(numbersBias, 0);
        foreach (int row in Some(rows, 6))
        {
            var oracle = backward
                ? LayerNormReference.Backward(Row(numbersAbove, row), Row(numbers, row), w, b, Epsilon, 1, columns).DX
                : LayerNormReference.Forward(Row(numbers, row), w, b, Epsilon, 1, columns).Y;
            foreach (int j in Some(columns, 6))
            {
                yield return Element(backward ? "dX" : "y", backward ? dX : y, (long)row * columns + j, oracle, j, columns);
            }
        }
        if (!backward) yield break;
        var (_, dWeights, dBiases) = LayerNormReference.Backward(All(numbersAbove), All(numbers), w, b, Epsilon, rows, columns);
        foreach (int j in Some(columns, 6))
        {
            yield return Element("dWeight", dWeight, j, dWeights, j, rows);
            yield return Element("dBias", dBias, j, dBiases, j, rows);
        }
    }

    double[] Row(Numbers from, int row) => [.. Enumerable.Range(0, columns).Select(j => (double)from[(long)row * columns + j])];

    double[] All(Numbers from) => [.. Enumerable.Range(0, rows * columns).Select(i => (double)from[i])];
}
