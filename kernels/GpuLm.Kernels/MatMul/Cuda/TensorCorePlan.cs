using GpuLm.Kernels.Common;

namespace GpuLm.Kernels.MatMul.Cuda;

/// <summary>What the tensor-core kernels know of a product, besides what their type arguments fix.</summary>
/// <param name="shape">Sizes, strides and batch.</param>
/// <param name="epilogue">What follows the product.</param>
/// <param name="beta">What C is multiplied by before the product is added.</param>
/// <param name="operands">How A and B are stored.</param>
/// <param name="formatC">How C and the epilogue's extra matrix are stored.</param>
/// <param name="vectorC">Whether rows of C, of the extra matrix and the bias start at multiples of 16 bytes.</param>
/// <param name="cut">Tile and splits.</param>
public readonly struct TensorCorePlan(
    MatMulShape shape, MatMulEpilogue epilogue, float beta, NumberFormat operands, NumberFormat formatC, bool vectorC, TensorCoreCut cut)
{
    /// <summary>Elements from one C of the batch to the next.</summary>
    public readonly long StrideC = shape.StrideC;
    /// <summary>Bytes from one A of the batch to the next; a multiple of 16.</summary>
    public readonly long BatchBytesA = shape.StrideA * Bytes(operands);
    /// <summary>Bytes from one B of the batch to the next; a multiple of 16.</summary>
    public readonly long BatchBytesB = shape.StrideB * Bytes(operands);
    /// <summary>Bytes from one row of A in memory to the next; a multiple of 16.</summary>
    public readonly long RowBytesA = (long)shape.LeadingA * Bytes(operands);
    /// <summary>Bytes from one row of B in memory to the next; a multiple of 16.</summary>
    public readonly long RowBytesB = (long)shape.LeadingB * Bytes(operands);
    /// <summary>Rows of C.</summary>
    public readonly int M = shape.M;
    /// <summary>Columns of C.</summary>
    public readonly int N = shape.N;
    /// <summary>Length of each dot product.</summary>
    public readonly int K = shape.K;
    /// <summary>Elements from one row of C, and of the epilogue's extra matrix, to the next.</summary>
    public readonly int LeadingC = shape.LeadingC;
    /// <summary>Tiles down C.</summary>
    public readonly int TilesDown = (shape.M + cut.Config.Rows - 1) / cut.Config.Rows;
    /// <summary>Tiles across C.</summary>
    public readonly int TilesAcross = (shape.N + cut.Config.Columns - 1) / cut.Config.Columns;
    /// <summary>Groups that share the terms of one tile; each writes a partial result where there are several.</summary>
    public readonly int Splits = cut.Splits;
    /// <summary>Terms of K of each but the last split; a multiple of a stage's depth.</summary>
    public readonly int SplitDepth = TensorCoreConfig.SplitDepth(shape.K, cut.Splits, operands);
    /// <summary>Numbers from one row of a partial result to the next: whole tiles.</summary>
    public readonly int LeadingPartial = (shape.N + cut.Config.Columns - 1) / cut.Config.Columns * cut.Config.Columns;
    /// <summary>The <see cref="MatMulEpilogue"/>.</summary>
    public readonly int Epilogue = (int)epilogue;
    /// <summary>1 where C is fp32, 0 where it is bf16.</summary>
    public readonly int WideC = formatC == NumberFormat.Fp32 ? 1 : 0;
    /// <summary>1 where C, the extra matrix and the bias can be accessed by 16 bytes, else 0.</summary>
    public readonly int VectorC = vectorC ? 1 : 0;
    /// <summary>What C is multiplied by before the product is added; 0 overwrites, NaN included.</summary>
    public readonly float Beta = beta;

    /// <summary>fp32 numbers of all partial results.</summary>
    public long PartialNumbers => (long)Splits * M * LeadingPartial;

    static int Bytes(NumberFormat format) => format == NumberFormat.Bf16 ? sizeof(ushort) : sizeof(float);
}
