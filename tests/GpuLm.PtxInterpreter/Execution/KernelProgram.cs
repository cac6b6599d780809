namespace GpuLm.PtxInterpreter.Execution;

/// <summary>A constant that every lane of every warp finds in the same register slot.</summary>
readonly record struct ConstantSlot(int Offset, int Stride, ulong Bits);

/// <summary>A special register such as <c>%tid.x</c>, kept in a register slot.</summary>
readonly record struct SpecialSlot(int Offset, int Stride, string Name);

/// <summary>A kernel ready to run.</summary>
sealed record KernelProgram
{
    public required string Name { get; init; }

    public required Instruction[] Instructions { get; init; }

    /// <summary>Bytes of a warp's registers at and after offset 0.</summary>
    public required int RegisterBytes { get; init; }

    /// <summary>Bytes of the slots before offset 0, where constants and special registers are.</summary>
    public required int SlotBytes { get; init; }

    public required int Predicates { get; init; }

    public required IReadOnlyList<ConstantSlot> Constants { get; init; }

    public required IReadOnlyList<SpecialSlot> Specials { get; init; }

    /// <summary>Where dynamic shared memory starts, seen from the start of shared memory.</summary>
    public required int DynamicSharedOffset { get; init; }

    public required int LocalBytes { get; init; }

    public required int ParameterBytes { get; init; }

    /// <summary>Memory of the module's own <c>.global</c> and <c>.const</c> variables.</summary>
    public required IReadOnlyList<PtxMemoryRange> ModuleMemory { get; init; }
}
