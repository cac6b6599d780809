using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>ld, st, atom, red, cvta and hints to the caches, which do nothing.</summary>
static class MemoryInstructions
{
    public static Instruction Decode(SourceInstruction source, KernelBuilder builder) => source.Name switch
    {
        "ld" or "ldu" when source.Has("param") => new LoadParameter(source, builder),
        "ld" or "ldu" => new Load(source, builder),
        "st" => new Store(source, builder),
        "atom" or "red" => Atomics.Decode(source, builder),
        "cvta" => ConvertAddress(source, builder),
        "isspacep" => new IsSpace(source, builder),
        _ => new Nothing(),
    };

    public static StateSpace Space(SourceInstruction source) =>
        source.Parts.Any(part => part.StartsWith("shared", StringComparison.Ordinal)) ? StateSpace.Shared
        : source.Has("global") || source.Has("const") ? StateSpace.Global
        : source.Has("local") ? StateSpace.Local
        : StateSpace.Generic;

    /// <summary>The registers of a vector operand, or the one of a plain operand.</summary>
    public static string[] Elements(string operand) => operand.StartsWith('{') ? SourceInstruction.Split(operand[1..^1]) : [operand];

    /// <summary>A generic address carries its space in its highest byte; to and from global memory nothing changes.</summary>
    static Instruction ConvertAddress(SourceInstruction source, KernelBuilder builder)
    {
        Decoder.Expect(source, 2);
        ulong tag = Space(source) switch
        {
            StateSpace.Shared => Address.SharedTag,
            StateSpace.Local => Address.LocalTag,
            StateSpace.Global => 0UL,
            _ => throw Decoder.Unknown(source),
        };
        if (tag == 0) return builder.Unary<Identity>(source, PtxType.B64);
        return source.Has("to")
            ? builder.Each(source, (a, _, _) => a & ~Address.TagMask, PtxType.U64)
            : builder.Each(source, (a, _, _) => a | tag, PtxType.U64);
    }

    sealed class IsSpace(SourceInstruction source, KernelBuilder builder) : Instruction
    {
        readonly int _target = builder.Predicate(source.Operands[0]);
        readonly Lanes _address = builder.Source(source.Operands[1], PtxType.U64);
        readonly ulong _tag = Space(source) switch
        {
            StateSpace.Shared => Address.SharedTag, StateSpace.Local => Address.LocalTag, _ => 0UL,
        };

        public override void Execute(Warp warp)
        {
            uint answer = 0;
            for (int lane = 0; lane < 32; lane++)
            {
                if ((_address.Read(warp, lane) & Address.TagMask) == _tag) answer |= 1u << lane;
            }
            warp.SetPredicate(_target, answer);
        }
    }

    public sealed class Nothing : Instruction
    {
        public override void Execute(Warp warp) { }
    }
}

/// <summary>ld.param: the same value for all lanes.</summary>
sealed unsafe class LoadParameter : Instruction
{
    readonly Lanes[] _targets;
    readonly int _offset;
    readonly PtxType _type;

    public LoadParameter(SourceInstruction source, KernelBuilder builder)
    {
        Decoder.Expect(source, 2);
        _targets = [.. MemoryInstructions.Elements(source.Operands[0]).Select(builder.Destination)];
        (_offset, _type) = (builder.Symbols.ParameterOffset(source.Operands[1]), source.Type);
    }

    public override void Execute(Warp warp)
    {
        for (int i = 0; i < _targets.Length; i++)
        {
            ulong value = Memory.ReadExtended(warp.Block.Parameters + _offset + i * _type.Bytes(), _type);
            if (warp.Whole)
            {
                warp.FillSlot(_targets[i].Offset, _targets[i].Stride, value);
                continue;
            }
            for (int lane = 0; lane < 32; lane++)
            {
                if ((warp.Mask >> lane & 1) != 0) _targets[i].Write(warp, lane, value);
            }
        }
    }
}

/// <summary>Values in memory as registers hold them.</summary>
static unsafe class Memory
{
    /// <summary>A value from memory, its sign carried into the register's upper bits where its type has one.</summary>
    public static ulong ReadExtended(byte* pointer, PtxType type) => type switch
    {
        PtxType.S8 => (ulong)*(sbyte*)pointer,
        PtxType.S16 => (ulong)*(short*)pointer,
        PtxType.S32 => (ulong)*(int*)pointer,
        _ => type.Bytes() switch { 1 => *pointer, 2 => *(ushort*)pointer, 4 => *(uint*)pointer, _ => *(ulong*)pointer },
    };
}
