namespace GpuLm.Kernels.MatMul;

/// <summary>What the kernel knows of a product: the shape, and how C is cut into tiles, one for a group.</summary>
public readonly struct MatMulPlan(MatMulShape shape, MatMulEpilogue epilogue, float beta, int tileRows, int tileColumns)
{
    /// <summary>Rows of C.</summary>
    public readonly int M = shape.M;
    /// <summary>Columns of C.</summary>
    public readonly int N = shape.N;
    /// <summary>Length of each dot product.</summary>
    public readonly int K = shape.K;
    /// <summary>op(A)[m, k] lies at m RowStepA + k DepthStepA.</summary>
    public readonly int RowStepA = shape.TransposeA ? 1 : shape.LeadingA;
    /// <inheritdoc cref="RowStepA"/>
    public readonly int DepthStepA = shape.TransposeA ? shape.LeadingA : 1;
    /// <summary>op(B)[k, n] lies at n ColumnStepB + k DepthStepB.</summary>
    public readonly int ColumnStepB = shape.TransposeB ? shape.LeadingB : 1;
    /// <inheritdoc cref="ColumnStepB"/>
    public readonly int DepthStepB = shape.TransposeB ? 1 : shape.LeadingB;
    /// <summary>Elements from one row of C, and of the epilogue's extra matrix, to the next.</summary>
    public readonly int LeadingC = shape.LeadingC;
    /// <summary>Rows of C in a tile; the last tile may have fewer.</summary>
    public readonly int TileRows = tileRows;
    /// <summary>Columns of C in a tile; the last tile may have fewer.</summary>
    public readonly int TileColumns = tileColumns;
    /// <summary>Tiles down C.</summary>
    public readonly int TilesDown = (shape.M + tileRows - 1) / tileRows;
    /// <summary>Tiles across C.</summary>
    public readonly int TilesAcross = (shape.N + tileColumns - 1) / tileColumns;
    /// <summary>The <see cref="MatMulEpilogue"/>.</summary>
    public readonly int Epilogue = (int)epilogue;
    /// <summary>What C is multiplied by before the product is added; 0 overwrites, NaN included.</summary>
    public readonly float Beta = beta;
    /// <summary>Elements from one A of the batch to the next.</summary>
    public readonly long StrideA = shape.StrideA;
    /// <summary>Elements from one B of the batch to the next.</summary>
    public readonly long StrideB = shape.StrideB;
    /// <summary>Elements from one C of the batch to the next.</summary>
    public readonly long StrideC = shape.StrideC;
}
