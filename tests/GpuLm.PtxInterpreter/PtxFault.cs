using System.Diagnostics.CodeAnalysis;

namespace GpuLm.PtxInterpreter;

/// <summary>
/// What a program did that no GPU promises to bear, or what the interpreter does not know; with the place where it happened.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "What a GPU reports is a fault.")]
public sealed class PtxFault : Exception
{
    internal PtxFault(string reason, string kernel, int line, string instruction,
        (int X, int Y, int Z)? block = null, int? warp = null, int? lane = null)
        : base(Describe(reason, kernel, line, instruction, block, warp, lane)) =>
        (Reason, Kernel, Line, Instruction, Block, Warp, Lane) = (reason, kernel, line, instruction, block, warp, lane);

    /// <summary>What was wrong.</summary>
    public string Reason { get; }

    /// <summary>The kernel; empty where the module itself could not be read.</summary>
    public string Kernel { get; }

    /// <summary>The line of the PTX text, counted from 1; 0 where there is none.</summary>
    public int Line { get; }

    /// <summary>The instruction as the PTX text has it.</summary>
    public string Instruction { get; }

    /// <summary>The thread block; absent while parsing.</summary>
    public (int X, int Y, int Z)? Block { get; }

    /// <summary>The warp of the block; absent where no single warp is to blame.</summary>
    public int? Warp { get; }

    /// <summary>The lane of the warp; absent where all its lanes are concerned.</summary>
    public int? Lane { get; }

    static string Describe(
        string reason, string kernel, int line, string instruction, (int X, int Y, int Z)? block, int? warp, int? lane)
    {
        string place = kernel.Length > 0 ? $"kernel {kernel}" : "module";
        if (block is var (x, y, z)) place += $", block ({x}, {y}, {z})";
        if (warp is { } w) place += $", warp {w}";
        if (lane is { } l) place += $", lane {l}";
        if (line > 0) place += $", line {line} \"{instruction}\"";
        return $"{reason} ({place})";
    }
}

/// <summary>A fault before its place is known: the warp that runs adds it.</summary>
sealed class Trap(string reason, int? lane = null) : Exception(reason)
{
    public int? Lane { get; } = lane;
}
