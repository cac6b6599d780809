using GpuLm.Kernels.Cuda;

namespace GpuLm.Kernels.MatMul.Cuda.Mma;

/// <summary>
/// How a group cuts its tile of C among warps, and how many parts of K are on their way at a time. A type argument of the kernels, so that
/// every size is a constant when they are compiled.
/// </summary>
public interface IMmaTile : ILaunchShape
{
    /// <summary>Rows of C in a group's tile; a multiple of 64.</summary>
    int Rows { get; }

    /// <summary>Columns of C in a group's tile; a multiple of 64.</summary>
    int Columns { get; }

    /// <summary>Warps down the tile; each has 32 or 64 rows.</summary>
    int WarpsDown { get; }

    /// <summary>Warps across the tile; each has 32 or 64 columns.</summary>
    int WarpsAcross { get; }

    /// <summary>Parts of K in shared memory; one is multiplied while the others arrive.</summary>
    int Stages { get; }

    /// <summary>
    /// Of a stage's steps, those that are multiplied before the copies for a later stage start. Their addresses then cost no time of the
    /// tensor cores, but registers.
    /// </summary>
    int StepsBeforeCopies { get; }
}

/// <summary>128 x 128 by eight warps of 64 x 32: many warps hide latency, two groups fit on a multiprocessor of Hopper.</summary>
readonly struct Tile128X128 : IMmaTile
{
    public int Rows => 128;

    public int Columns => 128;

    public int WarpsDown => 2;

    public int WarpsAcross => 4;

    public int Stages => 3;

    public int StepsBeforeCopies => 0;

    public int Threads => 256;

    public int GroupsPerMultiprocessor => 2;
}

/// <summary>128 x 128 by four warps of 64 x 64, which read less of shared memory for each product.</summary>
readonly struct Tile128X128Wide : IMmaTile
{
    public int Rows => 128;

    public int Columns => 128;

    public int WarpsDown => 2;

    public int WarpsAcross => 2;

    public int Stages => 3;

    public int StepsBeforeCopies => 2;

    public int Threads => 128;

    public int GroupsPerMultiprocessor => 2;
}

/// <summary>128 x 256 by eight warps of 64 x 64: the least traffic, for products with many tiles.</summary>
readonly struct Tile128X256 : IMmaTile
{
    public int Rows => 128;

    public int Columns => 256;

    public int WarpsDown => 2;

    public int WarpsAcross => 4;

    public int Stages => 3;

    public int StepsBeforeCopies => 2;

    public int Threads => 256;

    public int GroupsPerMultiprocessor => 1;
}

/// <summary>As <see cref="Tile128X256"/>, the other way round.</summary>
readonly struct Tile256X128 : IMmaTile
{
    public int Rows => 256;

    public int Columns => 128;

    public int WarpsDown => 4;

    public int WarpsAcross => 2;

    public int Stages => 3;

    public int StepsBeforeCopies => 2;

    public int Threads => 256;

    public int GroupsPerMultiprocessor => 1;
}

/// <summary>64 x 128 by four warps of 32 x 64, for products with few tiles.</summary>
readonly struct Tile64X128 : IMmaTile
{
    public int Rows => 64;

    public int Columns => 128;

    public int WarpsDown => 2;

    public int WarpsAcross => 2;

    public int Stages => 3;

    public int StepsBeforeCopies => 2;

    public int Threads => 128;

    public int GroupsPerMultiprocessor => 3;
}

/// <summary>As <see cref="Tile64X128"/>, the other way round.</summary>
readonly struct Tile128X64 : IMmaTile
{
    public int Rows => 128;

    public int Columns => 64;

    public int WarpsDown => 2;

    public int WarpsAcross => 2;

    public int Stages => 3;

    public int StepsBeforeCopies => 2;

    public int Threads => 128;

    public int GroupsPerMultiprocessor => 3;
}

/// <summary>64 x 64 by four warps of 32 x 32, for the smallest products.</summary>
readonly struct Tile64X64 : IMmaTile
{
    public int Rows => 64;

    public int Columns => 64;

    public int WarpsDown => 2;

    public int WarpsAcross => 2;

    public int Stages => 4;

    public int StepsBeforeCopies => 2;

    public int Threads => 128;

    public int GroupsPerMultiprocessor => 3;
}
