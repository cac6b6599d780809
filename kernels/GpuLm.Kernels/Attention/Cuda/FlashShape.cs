using GpuLm.Kernels.Cuda;

namespace GpuLm.Kernels.Attention.Cuda;

/// <summary>
/// How a group of the tensor-core kernels cuts the T x T weights: it owns some rows (queries, or keys where it computes their gradient) and
/// steps over columns (keys, or queries). A type argument, so that every size is a constant when a kernel is compiled.
/// </summary>
public interface IFlashShape : ILaunchShape
{
    /// <summary>D, channels of a head: 64 or 128.</summary>
    int HeadSize { get; }

    /// <summary>1 / sqrt(D).</summary>
    float Scale { get; }

    /// <summary>Rows of a warp: 16 or 32.</summary>
    int WarpRows { get; }

    /// <summary>Columns of a step; a multiple of 16 that divides <see cref="Rows"/>.</summary>
    int Columns { get; }

    /// <summary>Rows of a group.</summary>
    int Rows { get; }
}

/// <summary>Forward, D = 64: 128 queries, 64 keys a step.</summary>
public readonly struct ForwardHead64 : IFlashShape
{
    /// <inheritdoc/>
    public int HeadSize => 64;

    /// <inheritdoc/>
    public float Scale => 0.125f;

    /// <inheritdoc/>
    public int WarpRows => 32;

    /// <inheritdoc/>
    public int Columns => 64;

    /// <inheritdoc/>
    public int Rows => 128;

    /// <inheritdoc/>
    public int Threads => 128;

    /// <inheritdoc/>
    public int GroupsPerMultiprocessor => 2;
}

/// <summary>Forward, D = 128: 128 queries; 32 keys a step, as the outputs fill half of a thread's registers.</summary>
public readonly struct ForwardHead128 : IFlashShape
{
    /// <inheritdoc/>
    public int HeadSize => 128;

    /// <inheritdoc/>
    public float Scale => 0.0883883476f;

    /// <inheritdoc/>
    public int WarpRows => 32;

    /// <inheritdoc/>
    public int Columns => 32;

    /// <inheritdoc/>
    public int Rows => 128;

    /// <inheritdoc/>
    public int Threads => 128;

    /// <inheritdoc/>
    public int GroupsPerMultiprocessor => 2;
}

/// <summary>
/// Backward, D = 64: 128 queries or keys, 32 of the others a step: two gradients of a key fill half of a thread's registers.
/// </summary>
public readonly struct BackwardHead64 : IFlashShape
{
    /// <inheritdoc/>
    public int HeadSize => 64;

    /// <inheritdoc/>
    public float Scale => 0.125f;

    /// <inheritdoc/>
    public int WarpRows => 32;

    /// <inheritdoc/>
    public int Columns => 32;

    /// <inheritdoc/>
    public int Rows => 128;

    /// <inheritdoc/>
    public int Threads => 128;

    /// <inheritdoc/>
    public int GroupsPerMultiprocessor => 2;
}

/// <summary>Backward, D = 128: half the rows of a warp for twice the channels.</summary>
public readonly struct BackwardHead128 : IFlashShape
{
    /// <inheritdoc/>
    public int HeadSize => 128;

    /// <inheritdoc/>
    public float Scale => 0.0883883476f;

    /// <inheritdoc/>
    public int WarpRows => 16;

    /// <inheritdoc/>
    public int Columns => 32;

    /// <inheritdoc/>
    public int Rows => 64;

    /// <inheritdoc/>
    public int Threads => 128;

    /// <inheritdoc/>
    public int GroupsPerMultiprocessor => 2;
}
