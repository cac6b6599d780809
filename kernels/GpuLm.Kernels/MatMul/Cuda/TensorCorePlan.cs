namespace GpuLm.Kernels.MatMul.Cuda;

/// <summary>What the tensor-core kernels know of a product, besides what their type arguments fix.</summary>
public readonly struct TensorCorePlan(MatMulShape shape, MatMulEpilogue epilogue, float beta, bool wideC, int tileRows, int tileColumns, int splits, int depth)
{
    /// <summary>Rows of C.</summary>
    public readonly int M = shape.M;
    /// <summary>Columns of C.</summary>
    public readonly int N = shape.N;
    /// <summary>Length of each dot product.</summary>
    public readonly int K = shape.K;
    /// <summary>Elements from one row of A in memory to the next; a multiple of 8.</summary>
    public readonly int LeadingA = shape.LeadingA;
    /// <summary>Elements from one row of B in memory to the next; a multiple of 8.</summary>
    public readonly int LeadingB = shape.LeadingB;
    /// <summary>Elements from one row of C, and of the epilogue's extra matrix, to the next.</summary>
    public readonly int LeadingC = shape.LeadingC;
    /// <summary>Tiles down C.</summary>
    public readonly int TilesDown = (shape.M + tileRows - 1) / tileRows;
    /// <summary>Tiles across C.</summary>
    public readonly int TilesAcross = (shape.N + tileColumns - 1) / tileColumns;
    /// <summary>Groups that share the terms of one tile; each writes a partial result where there are several.</summary>
    public readonly int Splits = splits;
    /// <summary>Terms of K of each but the last split; a multiple of a stage's depth.</summary>
    public readonly int SplitDepth = ((shape.K + splits - 1) / splits + depth - 1) / depth * depth;
    /// <summary>The <see cref="MatMulEpilogue"/>.</summary>
    public readonly int Epilogue = (int)epilogue;
    /// <summary>Whether C is fp32; otherwise bf16.</summary>
    public readonly int WideC = wideC ? 1 : 0;
    /// <summary>What C is multiplied by before the product is added; 0 overwrites, NaN included.</summary>
    public readonly float Beta = beta;
}
