using System.Numerics;
using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>
/// atom and red. The lanes of a warp come one after the other, lowest first; blocks on other host threads are kept out by compare-and-swap.
/// </summary>
static class Atomics
{
    public static Instruction Decode(SourceInstruction source, KernelBuilder builder)
    {
        bool returns = source.Name == "atom";
        int first = returns ? 1 : 0;
        var type = source.Type;
        string name = source.Parts.Skip(1).FirstOrDefault(
            part => part is "add" or "min" or "max" or "and" or "or" or "xor" or "exch" or "cas" or "inc" or "dec")
                ?? throw Decoder.Unknown(source);
        Decoder.Expect(source, first + (name == "cas" ? 3 : 2));
        string[] elements = MemoryInstructions.Elements(source.Operands[first + 1]);
        if (elements.Length > 1) throw Decoder.Unknown(source);
        Lanes? target = returns && source.Operands[0] != "_" ? builder.Destination(source.Operands[0]) : null;
        var address = builder.Address(source.Operands[first], MemoryInstructions.Space(source));
        var operand = builder.Source(source.Operands[first + 1], type);
        var last = builder.Source(source.Operands[^1], type);
        return new Atomic(target, address, operand, last, type.Bytes(), Combine(name, type, source));
    }

    /// <summary>The new value from the old one and the operands.</summary>
    static Func<ulong, ulong, ulong, ulong> Combine(string name, PtxType type, SourceInstruction source) => (name, type) switch
    {
        ("add", PtxType.F32) => (old, a, _) => Numbers.Bits(Numbers.Single(old) + Numbers.Single(a)),
        ("add", PtxType.F64) => (old, a, _) =>
            BitConverter.DoubleToUInt64Bits(BitConverter.UInt64BitsToDouble(old) + BitConverter.UInt64BitsToDouble(a)),
        ("add", PtxType.F16x2) => (old, a, _) =>
            Halves(old, a, (x, y) => Numbers.ToHalf(Numbers.FromHalf(x) + (double)Numbers.FromHalf(y))),
        ("add", PtxType.BF16x2) => (old, a, _) =>
            Halves(old, a, (x, y) => Numbers.ToBFloat16(Numbers.FromBFloat16(x) + (double)Numbers.FromBFloat16(y))),
        ("add", PtxType.F16) => (old, a, _) => Numbers.ToHalf(Numbers.FromHalf(old) + (double)Numbers.FromHalf(a)),
        ("add", PtxType.BF16) => (old, a, _) => Numbers.ToBFloat16(Numbers.FromBFloat16(old) + (double)Numbers.FromBFloat16(a)),
        ("add", _) => (old, a, _) => old + a,
        ("min", PtxType.S32) => (old, a, _) => (uint)Math.Min((int)old, (int)a),
        ("max", PtxType.S32) => (old, a, _) => (uint)Math.Max((int)old, (int)a),
        ("min", PtxType.S64) => (old, a, _) => (ulong)Math.Min((long)old, (long)a),
        ("max", PtxType.S64) => (old, a, _) => (ulong)Math.Max((long)old, (long)a),
        ("min", PtxType.U32 or PtxType.U64) => (old, a, _) => Math.Min(old, a),
        ("max", PtxType.U32 or PtxType.U64) => (old, a, _) => Math.Max(old, a),
        ("and", _) => (old, a, _) => old & a,
        ("or", _) => (old, a, _) => old | a,
        ("xor", _) => (old, a, _) => old ^ a,
        ("exch", _) => (_, a, _) => a,
        ("cas", _) => (old, compare, value) => old == compare ? value : old,
        ("inc", PtxType.U32) => (old, a, _) => old >= a ? 0 : old + 1,
        ("dec", PtxType.U32) => (old, a, _) => old == 0 || old > a ? a : old - 1,
        _ => throw Decoder.Unknown(source),
    };

    static ulong Halves(ulong a, ulong b, Func<ulong, ulong, uint> one) =>
        one(a & 0xFFFF, b & 0xFFFF) | (ulong)one(a >> 16 & 0xFFFF, b >> 16 & 0xFFFF) << 16;

    sealed unsafe class Atomic(
        Lanes? target, Address address, Lanes a, Lanes b, int bytes, Func<ulong, ulong, ulong, ulong> combine) : Instruction
    {
        public override void Execute(Warp warp)
        {
            uint shared = address.Resolve(warp, bytes, bytes);
            if (shared != 0) warp.Block.Races?.Record(warp, shared, bytes, write: true, atomic: true);
            for (uint rest = warp.Mask; rest != 0; rest &= rest - 1)
            {
                int lane = BitOperations.TrailingZeroCount(rest);
                ulong old = Exchange(warp.Pointers[lane], a.Read(warp, lane), b.Read(warp, lane));
                target?.Write(warp, lane, old);
            }
        }

        ulong Exchange(byte* pointer, ulong first, ulong second)
        {
            while (true)
            {
                ulong old = bytes switch
                {
                    2 => Volatile.Read(ref *(ushort*)pointer),
                    4 => Volatile.Read(ref *(uint*)pointer),
                    _ => Volatile.Read(ref *(ulong*)pointer),
                };
                ulong result = combine(old, bytes == 4 ? (uint)first : first, bytes == 4 ? (uint)second : second);
                ulong found = bytes switch
                {
                    2 => Interlocked.CompareExchange(ref *(ushort*)pointer, (ushort)result, (ushort)old),
                    4 => Interlocked.CompareExchange(ref *(uint*)pointer, (uint)result, (uint)old),
                    _ => Interlocked.CompareExchange(ref *(ulong*)pointer, result, old),
                };
                if (found == old) return old;
            }
        }
    }
}
