using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;

namespace GpuLm.Kernels.MatMul.Cuda.Wgmma;

/// <summary>
/// The tile of C of a group of three warp groups: one copies, two multiply the upper and the lower half. A type argument of the kernels, so
/// that every size is a constant when they are compiled.
/// </summary>
public interface IWgmmaTile : ILaunchShape
{
    /// <summary>Rows of C in a group's tile; a multiple of 128, at most 256.</summary>
    int Rows { get; }

    /// <summary>Columns of C in a group's tile; a multiple of 64, at most 256.</summary>
    int Columns { get; }

    /// <summary>Parts of K in shared memory.</summary>
    int Stages { get; }
}

/// <summary>128 x 256, each half one wgmma of 64 x 256 wide: least traffic in shared memory.</summary>
readonly struct WarpGroup128X256 : IWgmmaTile
{
    public int Rows => 128;

    public int Columns => 256;

    public int Stages => 4;

    public int Threads => 3 * WarpGroups.Size;

    public int GroupsPerMultiprocessor => 1;
}

/// <summary>256 x 128: for a C that is narrow.</summary>
readonly struct WarpGroup256X128 : IWgmmaTile
{
    public int Rows => 256;

    public int Columns => 128;

    public int Stages => 4;

    public int Threads => 3 * WarpGroups.Size;

    public int GroupsPerMultiprocessor => 1;
}

/// <summary>128 x 128: more tiles for a C that has few, and more stages.</summary>
readonly struct WarpGroup128X128 : IWgmmaTile
{
    public int Rows => 128;

    public int Columns => 128;

    public int Stages => 6;

    public int Threads => 3 * WarpGroups.Size;

    public int GroupsPerMultiprocessor => 1;
}
