using System.Numerics;
using System.Runtime.Intrinsics;
using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>What loads and stores share: elements, their type and the address.</summary>
abstract unsafe class MemoryAccess : Instruction
{
    protected MemoryAccess(SourceInstruction source, KernelBuilder builder, string address)
    {
        Decoder.Expect(source, 2, 3);
        Type = source.Type;
        if (Type == PtxType.None) throw Decoder.Unknown(source);
        ElementBytes = Type.Bytes();
        Address = builder.Address(address, MemoryInstructions.Space(source));
        Count = source.Has("v2") ? 2 : source.Has("v4") ? 4 : source.Has("v8") ? 8 : 1;
    }

    protected PtxType Type { get; }

    protected int ElementBytes { get; }

    protected int Count { get; }

    protected Address Address { get; }

    /// <summary>Checks the addresses, and the shared ones for races; they are in <see cref="Warp.Pointers"/> then.</summary>
    protected void Prepare(Warp warp, bool write)
    {
        int bytes = ElementBytes * Count;
        uint shared = Address.Resolve(warp, bytes, bytes);
        if (shared != 0 && warp.Block.Races is { } races) races.Record(warp, shared, bytes, write);
    }

    protected void CheckCount(int elements)
    {
        if (elements != Count) throw new Trap($"the instruction moves {Count} elements and names {elements}");
    }
}

/// <summary>ld: a value, or a vector of them, for every lane.</summary>
sealed unsafe class Load : MemoryAccess
{
    readonly Lanes[] _targets;
    readonly bool _words;

    public Load(SourceInstruction source, KernelBuilder builder) : base(source, builder, source.Operands[1])
    {
        _targets = [.. MemoryInstructions.Elements(source.Operands[0]).Select(builder.Destination)];
        CheckCount(_targets.Length);
        if (_targets.Any(target => target.Stride < ElementBytes)) throw new Trap("a register is too small for what is loaded");
        _words = ElementBytes == 4 && _targets.All(target => target.Stride == 4);
    }

    public override void Execute(Warp warp)
    {
        Prepare(warp, write: false);
        byte** pointers = warp.Pointers;
        for (int i = 0; i < _targets.Length; i++)
        {
            int offset = i * ElementBytes;
            if (_words && warp.Mask == Warp.AllLanes)
            {
                uint* target = (uint*)(warp.Registers + _targets[i].Offset);
                if (warp.InRow && Count == 1)
                {
                    Vector512.Load((uint*)pointers[0]).Store(target);
                    Vector512.Load((uint*)pointers[0] + 16).Store(target + 16);
                    continue;
                }
                for (int lane = 0; lane < 32; lane++) target[lane] = *(uint*)(pointers[lane] + offset);
                continue;
            }
            for (uint rest = warp.Mask; rest != 0; rest &= rest - 1)
            {
                int lane = BitOperations.TrailingZeroCount(rest);
                _targets[i].Write(warp, lane, Memory.ReadExtended(pointers[lane] + offset, Type));
            }
        }
    }
}

/// <summary>st: a value, or a vector of them, from every lane.</summary>
sealed unsafe class Store : MemoryAccess
{
    readonly Lanes[] _sources;

    public Store(SourceInstruction source, KernelBuilder builder) : base(source, builder, source.Operands[0])
    {
        _sources = [.. MemoryInstructions.Elements(source.Operands[1]).Select(name => builder.Source(name, Type))];
        CheckCount(_sources.Length);
        if (_sources.Any(element => element.Stride < ElementBytes)) throw new Trap("a register is too small for what is stored");
    }

    public override void Execute(Warp warp)
    {
        Prepare(warp, write: true);
        byte** pointers = warp.Pointers;
        for (int i = 0; i < _sources.Length; i++)
        {
            int offset = i * ElementBytes;
            if (ElementBytes == 4 && _sources[i].Stride == 4 && warp.Mask == Warp.AllLanes)
            {
                uint* source = (uint*)(warp.Registers + _sources[i].Offset);
                if (warp.InRow && Count == 1)
                {
                    Vector512.Load(source).Store((uint*)pointers[0]);
                    Vector512.Load(source + 16).Store((uint*)pointers[0] + 16);
                    continue;
                }
                for (int lane = 0; lane < 32; lane++) *(uint*)(pointers[lane] + offset) = source[lane];
                continue;
            }
            for (uint rest = warp.Mask; rest != 0; rest &= rest - 1)
            {
                int lane = BitOperations.TrailingZeroCount(rest);
                ulong value = _sources[i].Read(warp, lane);
                byte* pointer = pointers[lane] + offset;
                switch (ElementBytes)
                {
                    case 1: *pointer = (byte)value; break;
                    case 2: *(ushort*)pointer = (ushort)value; break;
                    case 4: *(uint*)pointer = (uint)value; break;
                    default: *(ulong*)pointer = value; break;
                }
            }
        }
    }
}
