namespace GpuLm.PtxInterpreter;

/// <summary>A piece of host memory that kernels may touch.</summary>
/// <param name="Start">Its first address.</param>
/// <param name="Bytes">Its length in bytes.</param>
public readonly record struct PtxMemoryRange(nint Start, long Bytes);

/// <summary>A parameter of a kernel.</summary>
/// <param name="Name">Its name in the PTX text.</param>
/// <param name="Offset">Where it starts in the parameter block, in bytes.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Alignment">What its offset is a multiple of.</param>
public sealed record PtxParameter(string Name, int Offset, int Bytes, int Alignment);

/// <summary>How a kernel is launched.</summary>
public sealed record PtxLaunch
{
    /// <summary>Thread blocks in each direction.</summary>
    public (int X, int Y, int Z) Grid { get; init; } = (1, 1, 1);

    /// <summary>Threads of a block in each direction.</summary>
    public (int X, int Y, int Z) Block { get; init; } = (32, 1, 1);

    /// <summary>Bytes of shared memory beyond what the kernel declares.</summary>
    public int DynamicSharedBytes { get; init; }

    /// <summary>The parameter block, laid out as <see cref="PtxKernel.Parameters"/> says.</summary>
    public byte[] Parameters { get; init; } = [];

    /// <summary>All global memory there is. An address is a plain host address; one outside these ranges is a fault.</summary>
    public IReadOnlyList<PtxMemoryRange> Memory { get; init; } = [];

    /// <summary>Whether two warps that touch the same shared bytes with nothing that orders them are a fault.</summary>
    public bool CheckRaces { get; init; } = true;

    /// <summary>Shuffles which warp of a block runs next.</summary>
    public int WarpOrderSeed { get; init; }

    /// <summary>Blocks that are left out, counted from the grid's first one on: for the far end of a large grid.</summary>
    public int SkippedBlocks { get; init; }

    /// <summary>Host threads that execute blocks.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Instructions that one warp may execute before it counts as hung.</summary>
    public long InstructionLimit { get; init; } = 2_000_000_000;

    /// <summary>Where executed instructions are counted, if anywhere.</summary>
    public PtxCounters? Counters { get; init; }
}

/// <summary>How often a warp executed each opcode; launches add to it.</summary>
public sealed class PtxCounters
{
    readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>Executed warp instructions by opcode with its modifiers, such as <c>add.f32</c>.</summary>
    public IReadOnlyDictionary<string, long> ByOpcode => _counts;

    /// <summary>All executed warp instructions.</summary>
    public long Total => _counts.Values.Sum();

    internal void Add(string opcode, long count)
    {
        lock (_counts) _counts[opcode] = _counts.GetValueOrDefault(opcode) + count;
    }
}
