using GpuLm.Kernels.Cuda;

namespace GpuLm.Kernels.MatMul.Cuda;

/// <summary>
/// How a group cuts its tile of C among warps, and how many parts of K are on their way at a time. A type argument of the kernels, so that
/// every size is a constant when they are compiled.
/// </summary>
public interface ITileConfig : ILaunchShape
{
    /// <summary>Rows of C in a group's tile; a multiple of 64.</summary>
    int Rows { get; }

    /// <summary>Columns of C in a group's tile; a multiple of 64.</summary>
    int Columns { get; }

    /// <summary>Warps down the tile.</summary>
    int WarpsDown { get; }

    /// <summary>Warps across the tile.</summary>
    int WarpsAcross { get; }

    /// <summary>Parts of K in shared memory; one is multiplied while the others arrive.</summary>
    int Stages { get; }
}

/// <summary>Which operands lie transposed: how rows of the operands' tiles run in memory.</summary>
public interface IOperandLayout
{
    /// <summary>Whether A lies in memory as [K, M].</summary>
    bool TransposeA { get; }

    /// <summary>Whether B lies in memory as [N, K].</summary>
    bool TransposeB { get; }
}

/// <summary>C = A B.</summary>
public readonly struct LayoutNN : IOperandLayout
{
    /// <inheritdoc/>
    public bool TransposeA => false;

    /// <inheritdoc/>
    public bool TransposeB => false;
}

/// <summary>C = A B^T.</summary>
public readonly struct LayoutNT : IOperandLayout
{
    /// <inheritdoc/>
    public bool TransposeA => false;

    /// <inheritdoc/>
    public bool TransposeB => true;
}

/// <summary>C = A^T B.</summary>
public readonly struct LayoutTN : IOperandLayout
{
    /// <inheritdoc/>
    public bool TransposeA => true;

    /// <inheritdoc/>
    public bool TransposeB => false;
}

/// <summary>C = A^T B^T.</summary>
public readonly struct LayoutTT : IOperandLayout
{
    /// <inheritdoc/>
    public bool TransposeA => true;

    /// <inheritdoc/>
    public bool TransposeB => true;
}

/// <summary>128 x 128, eight warps of 64 x 32, three stages: two groups fit on a multiprocessor of Hopper.</summary>
public readonly struct Tile128X128 : ITileConfig
{
    /// <inheritdoc/>
    public int Rows => 128;

    /// <inheritdoc/>
    public int Columns => 128;

    /// <inheritdoc/>
    public int WarpsDown => 2;

    /// <inheritdoc/>
    public int WarpsAcross => 4;

    /// <inheritdoc/>
    public int Stages => 3;

    /// <inheritdoc/>
    public int Threads => 256;

    /// <inheritdoc/>
    public int GroupsPerMultiprocessor => 2;
}
