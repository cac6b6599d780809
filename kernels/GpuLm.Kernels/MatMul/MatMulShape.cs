using GpuLm.Kernels.Common;

namespace GpuLm.Kernels.MatMul;

/// <summary>
/// C[M, N] = beta C + op(A) op(B), op(A) being [M, K] and op(B) [K, N], all row-major. A transposed operand lies in memory as the
/// transpose: A as [K, M], B as [N, K]. A batch repeats this at fixed strides.
/// </summary>
/// <param name="M">Rows of C.</param>
/// <param name="N">Columns of C.</param>
/// <param name="K">Length of each dot product.</param>
/// <param name="TransposeA">Whether A lies in memory as [K, M].</param>
/// <param name="TransposeB">Whether B lies in memory as [N, K].</param>
public readonly record struct MatMulShape(int M, int N, int K, bool TransposeA = false, bool TransposeB = false)
{
    /// <summary>Elements from one row of A in memory to the next; 0 means rows lie side by side.</summary>
    public int LeadingA { get; init; }

    /// <summary>Elements from one row of B in memory to the next; 0 means rows lie side by side.</summary>
    public int LeadingB { get; init; }

    /// <summary>Elements from one row of C to the next; 0 means rows lie side by side.</summary>
    public int LeadingC { get; init; }

    /// <summary>Number of products; 0 means 1.</summary>
    public int Batch { get; init; }

    /// <summary>Elements from one A of the batch to the next; 0 shares one A.</summary>
    public long StrideA { get; init; }

    /// <summary>Elements from one B of the batch to the next; 0 shares one B.</summary>
    public long StrideB { get; init; }

    /// <summary>Elements from one C of the batch to the next.</summary>
    public long StrideC { get; init; }

    /// <summary>Multiply-adds count two.</summary>
    public double Flops => 2.0 * M * N * K * Math.Max(1, Batch);

    internal MatMulShape Resolve()
    {
        Guard.Positive(M);
        Guard.Positive(N);
        Guard.Positive(K);
        int widthA = TransposeA ? M : K, widthB = TransposeB ? K : N;
        var shape = this with
        {
            LeadingA = LeadingA == 0 ? widthA : LeadingA,
            LeadingB = LeadingB == 0 ? widthB : LeadingB,
            LeadingC = LeadingC == 0 ? N : LeadingC,
            Batch = Math.Max(1, Batch),
        };
        Guard.Require(
            shape.LeadingA >= widthA, $"Rows of A are {widthA} long, but only {shape.LeadingA} elements apart.", nameof(LeadingA));
        Guard.Require(
            shape.LeadingB >= widthB, $"Rows of B are {widthB} long, but only {shape.LeadingB} elements apart.", nameof(LeadingB));
        Guard.Require(shape.LeadingC >= N, $"Rows of C are {N} long, but only {shape.LeadingC} elements apart.", nameof(LeadingC));
        Guard.Require(
            shape.Batch == 1 || StrideC >= shape.LengthC,
            $"Products of a batch overlap: StrideC is {StrideC}, one C spans {shape.LengthC}.", nameof(StrideC));
        return shape;
    }

    internal long LengthA => (long)((TransposeA ? K : M) - 1) * LeadingA + (TransposeA ? M : K);

    internal long LengthB => (long)((TransposeB ? N : K) - 1) * LeadingB + (TransposeB ? K : N);

    internal long LengthC => (long)(M - 1) * LeadingC + N;
}

/// <summary>What happens to a product before it is stored. Extra matrices have C's shape and leading dimension.</summary>
public enum MatMulEpilogue
{
    /// <summary>C = A B.</summary>
    None,

    /// <summary>C = A B + bias.</summary>
    Bias,

    /// <summary>extra = A B + bias, C = gelu(extra), the tanh form: backward needs the pre-activation kept in extra.</summary>
    BiasGelu,

    /// <summary>C = A B + bias + extra.</summary>
    BiasResidual,

    /// <summary>C = (A B) gelu'(extra), extra being the pre-activation that <see cref="BiasGelu"/> kept.</summary>
    GeluGradient,
}
