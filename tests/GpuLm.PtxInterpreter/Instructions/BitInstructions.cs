using System.Numerics;
using System.Runtime.Intrinsics;
using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

readonly struct And : IBinary
{
    public static Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b) where T : unmanaged => a & b;
}

readonly struct Or : IBinary
{
    public static Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b) where T : unmanaged => a | b;
}

readonly struct Xor : IBinary
{
    public static Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b) where T : unmanaged => a ^ b;
}

readonly struct Not : IUnary
{
    public static Vector512<T> Apply<T>(Vector512<T> a) where T : unmanaged => ~a;
}

/// <summary>Logic, shifts, fields and counts of bits.</summary>
static class BitInstructions
{
    public static Instruction Decode(SourceInstruction source, KernelBuilder builder)
    {
        var type = source.Type;
        if (type == PtxType.Pred) return new PredicateLogic(source, builder);
        int bits = type.Bytes() * 8;
        return source.Name switch
        {
            "and" => builder.Binary<And>(source, type),
            "or" => builder.Binary<Or>(source, type),
            "xor" => builder.Binary<Xor>(source, type),
            "not" => builder.Unary<Not>(source, type),
            "cnot" => builder.Each(source, (a, _, _) => a == 0 ? 1u : 0u, type),
            "shl" => Shift(source, builder, (a, b, _) => (uint)b < (uint)bits ? a << (int)b : 0),
            "shr" when type.IsSigned() => Shift(source, builder, (a, b, _) => (ulong)(Signed(a, bits) >> (int)Math.Min((uint)b, 63))),
            "shr" => Shift(source, builder, (a, b, _) => (uint)b < (uint)bits ? Unsigned(a, bits) >> (int)b : 0),
            "shf" => builder.Each(source, FunnelShift(source), PtxType.B32),
            "lop3" => Lop3(source, builder),
            "prmt" when source.Type == PtxType.B32 && source.Parts.Length == 2 => builder.Each(source, Permute, PtxType.B32),
            "bfe" => builder.Each(source, (a, b, c) => Extract(a, (int)(b & 0xFF), (int)(c & 0xFF), type), type, PtxType.B32),
            "bfi" => Insert(source, builder, bits),
            "brev" => builder.Each(source, (a, _, _) => Reverse(a, bits), type),
            "clz" => builder.Each(source, (a, _, _) => (ulong)(BitOperations.LeadingZeroCount(a) - 64 + bits), type),
            "popc" => builder.Each(source, (a, _, _) => (ulong)BitOperations.PopCount(a), type),
            "bfind" => builder.Each(source, (a, _, _) => Find(a, type, source.Has("shiftamt")), type),
            "bmsk" => builder.Each(source, (a, b, _) =>
                ((1UL << (int)Math.Min((uint)b, 63)) - 1) << (int)Math.Min((uint)a, 63), PtxType.B32),
            _ => throw Decoder.Unknown(source),
        };
    }

    static Instruction Shift(SourceInstruction source, KernelBuilder builder, Func<ulong, ulong, ulong, ulong> operation)
    {
        Decoder.Expect(source, 3);
        var type = source.Type;
        if (type.Bytes() == 4 && Literal.Parse(source.Operands[2], PtxType.U32) is { } amount && amount < 32)
        {
            var (d, a) = (builder.To(source, type), builder.From(source, 1, type));
            int left = source.Name == "shl" ? (int)amount : -1;
            return new ConstantShift(d, a, left, (int)amount, type.IsSigned());
        }
        return builder.Each(source, operation, type, PtxType.U32);
    }

    static long Signed(ulong value, int bits) => (long)(value << (64 - bits)) >> (64 - bits);

    static ulong Unsigned(ulong value, int bits) => value << (64 - bits) >> (64 - bits);

    static Func<ulong, ulong, ulong, ulong> FunnelShift(SourceInstruction source)
    {
        bool wrap = source.Has("wrap"), left = source.Has("l");
        return (a, b, c) =>
        {
            int amount = (int)(wrap ? c & 31 : Math.Min((uint)c, 32));
            ulong pair = b << 32 | a;
            return left ? (uint)(pair << amount >> 32) : (uint)(pair >> amount);
        };
    }

    static LaneOperation Lop3(SourceInstruction source, KernelBuilder builder)
    {
        Decoder.Expect(source, 5);
        uint table = (uint)(Literal.Parse(source.Operands[4], PtxType.U32) ?? throw new Trap("the table of lop3 must be a constant"));
        Lanes[] sources = [.. Enumerable.Range(1, 3).Select(i => builder.Source(source.Operands[i], PtxType.B32))];
        return new LaneOperation(builder.Destination(source.Operands[0]), sources, (a, b, c) =>
        {
            uint result = 0;
            for (int entry = 0; entry < 8; entry++)
            {
                if ((table >> entry & 1) == 0) continue;
                result |= (uint)(((entry & 4) != 0 ? a : ~a) & ((entry & 2) != 0 ? b : ~b) & ((entry & 1) != 0 ? c : ~c));
            }
            return result;
        });
    }

    static ulong Permute(ulong a, ulong b, ulong selection)
    {
        ulong pair = b << 32 | a;
        uint result = 0;
        for (int i = 0; i < 4; i++)
        {
            uint choice = (uint)(selection >> (4 * i)) & 15;
            uint value = (uint)(pair >> (int)(8 * (choice & 7))) & 0xFF;
            if ((choice & 8) != 0) value = (value & 0x80) != 0 ? 0xFFu : 0;
            result |= value << (8 * i);
        }
        return result;
    }

    static ulong Extract(ulong value, int position, int length, PtxType type)
    {
        int bits = type.Bytes() * 8;
        bool negative = type.IsSigned() && length > 0 && (value >> Math.Min(position + length - 1, bits - 1) & 1) != 0;
        ulong field = position < bits ? Unsigned(value, bits) >> position : 0;
        if (length >= 64) return field;
        ulong mask = (1UL << length) - 1;
        int available = Math.Clamp(bits - position, 0, length);
        ulong present = available >= 64 ? ulong.MaxValue : (1UL << available) - 1;
        field &= mask;
        return negative ? field | ~present : field;
    }

    static BitInsert Insert(SourceInstruction source, KernelBuilder builder, int bits)
    {
        Decoder.Expect(source, 5);
        var type = source.Type;
        Lanes a = builder.Source(source.Operands[1], type), b = builder.Source(source.Operands[2], type);
        Lanes c = builder.Source(source.Operands[3], PtxType.U32), d = builder.Source(source.Operands[4], PtxType.U32);
        return new BitInsert(builder.Destination(source.Operands[0]), a, b, c, d, bits);
    }

    static ulong Reverse(ulong value, int bits)
    {
        ulong result = 0;
        for (int i = 0; i < bits; i++) result |= (value >> i & 1) << (bits - 1 - i);
        return result;
    }

    static ulong Find(ulong value, PtxType type, bool shiftAmount)
    {
        int bits = type.Bytes() * 8;
        long signed = Signed(value, bits);
        ulong magnitude = Unsigned(type.IsSigned() && signed < 0 ? (ulong)~signed : value, bits);
        if (magnitude == 0) return uint.MaxValue;
        int position = 63 - BitOperations.LeadingZeroCount(magnitude);
        return (ulong)(shiftAmount ? bits - 1 - position : position);
    }

    sealed class BitInsert(Lanes target, Lanes a, Lanes b, Lanes position, Lanes length, int bits) : Instruction
    {
        public override void Execute(Warp warp)
        {
            for (int lane = 0; lane < 32; lane++)
            {
                if ((warp.Mask >> lane & 1) == 0) continue;
                int at = (int)(position.Read(warp, lane) & 0xFF), count = (int)(length.Read(warp, lane) & 0xFF);
                ulong field = at >= bits ? 0 : (count >= 64 ? ulong.MaxValue : (1UL << count) - 1) << at;
                ulong inserted = at >= bits ? 0 : a.Read(warp, lane) << at;
                target.Write(warp, lane, (b.Read(warp, lane) & ~field) | (inserted & field));
            }
        }
    }

    /// <summary>A shift of 32-bit values by an amount that stands in the instruction.</summary>
    sealed unsafe class ConstantShift(int d, int a, int left, int right, bool isSigned) : Instruction
    {
        public override void Execute(Warp warp)
        {
            byte* target = warp.Target(d), first = warp.Registers + a;
            for (int i = 0; i < 128; i += 64)
            {
                var value = Vector512.Load((uint*)(first + i));
                var result = left >= 0 ? value << left : isSigned ? (value.AsInt32() >> right).AsUInt32() : value >>> right;
                result.Store((uint*)(target + i));
            }
            warp.Commit(d, 128);
        }
    }

    /// <summary>and, or, xor and not of predicates.</summary>
    sealed class PredicateLogic : Instruction
    {
        readonly string _name;
        readonly int _target;
        readonly PredicateOperand _a, _b;

        public PredicateLogic(SourceInstruction source, KernelBuilder builder)
        {
            if (source.Name is not ("and" or "or" or "xor" or "not")) throw Decoder.Unknown(source);
            Decoder.Expect(source, source.Name == "not" ? 2 : 3);
            (_name, _target) = (source.Name, builder.Predicate(source.Operands[0]));
            _a = PredicateOperand.Parse(source.Operands[1], builder);
            _b = PredicateOperand.Parse(source.Operands[^1], builder);
        }

        public override void Execute(Warp warp)
        {
            uint a = _a.Read(warp), b = _b.Read(warp);
            warp.SetPredicate(_target, _name switch { "and" => a & b, "or" => a | b, "xor" => a ^ b, _ => ~a });
        }
    }
}

/// <summary>A predicate to read, perhaps negated, or a constant truth value.</summary>
readonly record struct PredicateOperand(int Index, uint Inversion)
{
    public static PredicateOperand Parse(string text, KernelBuilder builder)
    {
        if (Literal.Parse(text, PtxType.U32) is { } value) return new PredicateOperand(-1, value != 0 ? Warp.AllLanes : 0);
        return new PredicateOperand(builder.Predicate(text.TrimStart('!')), text.StartsWith('!') ? Warp.AllLanes : 0);
    }

    public uint Read(Warp warp) => (Index < 0 ? 0 : warp.Predicates[Index]) ^ Inversion;
}
