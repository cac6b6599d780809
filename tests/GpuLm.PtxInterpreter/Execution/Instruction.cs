namespace GpuLm.PtxInterpreter.Execution;

/// <summary>How a warp goes on after an instruction.</summary>
enum InstructionKind
{
    /// <summary>With the next one.</summary>
    Plain,

    /// <summary>Lanes may go elsewhere.</summary>
    Branch,

    /// <summary>Lanes end.</summary>
    Exit,

    /// <summary>Only when the lanes that it needs have come together.</summary>
    Collective,
}

/// <summary>An instruction with its operands resolved to offsets in a warp's registers.</summary>
abstract class Instruction
{
    public InstructionKind Kind { get; init; } = InstructionKind.Plain;

    /// <summary>The predicate that lanes must have to take part; -1 where all do.</summary>
    public int Guard { get; set; } = -1;

    /// <summary>All ones where the guard is negated.</summary>
    public uint GuardInversion { get; set; }

    public string Opcode { get; set; } = "";

    public string Text { get; set; } = "";

    public int Line { get; set; }

    /// <summary>Does it for the lanes of <see cref="Warp.Mask"/>.</summary>
    public abstract void Execute(Warp warp);

    /// <summary>Which of the lanes that stand at a collective instruction have everybody they need beside them.</summary>
    public virtual uint Ready(Warp warp) => (warp.Live & ~warp.Mask) == 0 ? warp.Mask : 0;
}

/// <summary>A jump; its target is known once the whole kernel is read.</summary>
sealed class Branch : Instruction
{
    public Branch() => Kind = InstructionKind.Branch;

    public int Target { get; set; } = -1;

    public override void Execute(Warp warp) { }
}

/// <summary>The end of the lanes that come here.</summary>
sealed class Exit : Instruction
{
    public Exit() => Kind = InstructionKind.Exit;

    public override void Execute(Warp warp) { }
}
