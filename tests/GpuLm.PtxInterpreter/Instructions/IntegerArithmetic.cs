using System.Runtime.Intrinsics;
using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>Products of twice the width, upper halves, quotients and sums that saturate.</summary>
static class IntegerArithmetic
{
    public static Instruction Decode(SourceInstruction source, KernelBuilder builder)
    {
        var type = source.Type;
        bool isSigned = type.IsSigned();
        int bits = type.Bytes() * 8;
        if (source.Name is "mul" or "mad" && source.Has("wide")) return Wide(source, builder);
        Func<ulong, ulong, ulong, ulong> operation = source.Name switch
        {
            "mul" when source.Has("hi") => (a, b, _) => High(Extend(a), Extend(b)),
            "mad" when source.Has("hi") => (a, b, c) => High(Extend(a), Extend(b)) + c,
            "mul24" when source.Has("lo") => (a, b, _) => (ulong)(Extend24(a) * Extend24(b)),
            "mad24" when source.Has("lo") => (a, b, c) => (ulong)(Extend24(a) * Extend24(b)) + c,
            "add" => (a, b, _) => (ulong)Math.Clamp((long)Extend(a) + (long)Extend(b), int.MinValue, int.MaxValue),
            "sub" => (a, b, _) => (ulong)Math.Clamp((long)Extend(a) - (long)Extend(b), int.MinValue, int.MaxValue),
            "div" => (a, b, _) => (ulong)Quotient(Extend(a), Extend(b)),
            "rem" => (a, b, _) => (ulong)Remainder(Extend(a), Extend(b)),
            "sad" => (a, b, c) => (ulong)Int128.Abs(Extend(a) - Extend(b)) + c,
            _ => throw Decoder.Unknown(source),
        };
        if (bits == 32 && source.Name is "div" or "rem") operation = Narrow(source.Name == "div", isSigned);
        return builder.Each(source, operation, type);

        Int128 Extend(ulong value) =>
            isSigned ? (long)(value << (64 - bits)) >> (64 - bits) : (Int128)(value << (64 - bits) >> (64 - bits));
        ulong High(Int128 a, Int128 b) => isSigned ? (ulong)(a * b >> bits) : (ulong)((UInt128)a * (UInt128)b >> bits);
        long Extend24(ulong value) => isSigned ? (long)(value << 40) >> 40 : (long)(value & 0xFFFFFF);
    }

    /// <summary>A division by zero has no defined result; all ones is what GPUs answer.</summary>
    static Int128 Quotient(Int128 a, Int128 b) => b == 0 ? -1 : a / b;

    static Int128 Remainder(Int128 a, Int128 b) => b == 0 ? a : a % b;

    /// <summary>Up to 32 bits there is a shorter way than through 128.</summary>
    static Func<ulong, ulong, ulong, ulong> Narrow(bool quotient, bool isSigned) => (isSigned, quotient) switch
    {
        (true, true) => (a, b, _) => Signed(b) == 0 ? ulong.MaxValue : (ulong)(Signed(a) / Signed(b)),
        (true, false) => (a, b, _) => Signed(b) == 0 ? a : (ulong)(Signed(a) % Signed(b)),
        (false, true) => (a, b, _) => Unsigned(b) == 0 ? ulong.MaxValue : Unsigned(a) / Unsigned(b),
        (false, false) => (a, b, _) => Unsigned(b) == 0 ? a : Unsigned(a) % Unsigned(b),
    };

    static long Signed(ulong value) => (int)value;

    static ulong Unsigned(ulong value) => (uint)value;

    static Instruction Wide(SourceInstruction source, KernelBuilder builder)
    {
        var type = source.Type;
        var (a, b) = (builder.From(source, 1, type), builder.From(source, 2, type));
        if (type.Bytes() == 2)
        {
            return type == PtxType.S16
                ? builder.Each(source, (x, y, z) =>
                    (ulong)((short)x * (short)y + (source.Name == "mad" ? (int)z : 0)), type, type, PtxType.B32)
                : builder.Each(source, (x, y, z) =>
                    (ulong)((ushort)x * (ushort)y) + (source.Name == "mad" ? z : 0), type, type, PtxType.B32);
        }
        if (type.Bytes() != 4) throw Decoder.Unknown(source);
        int d = builder.To(source, PtxType.B64);
        int c = source.Name == "mad" ? builder.From(source, 3, PtxType.B64) : builder.Constant(0, 8).Offset;
        return new WideMultiply(d, a, b, c, type == PtxType.S32);
    }

    /// <summary>d = a b + c, where a and b have 32 bits and c and d have 64.</summary>
    sealed unsafe class WideMultiply(int d, int a, int b, int c, bool isSigned) : Instruction
    {
        public override void Execute(Warp warp)
        {
            byte* target = warp.Target(d), first = warp.Registers + a, second = warp.Registers + b, third = warp.Registers + c;
            for (int i = 0; i < 32; i += 8)
            {
                var addend = Vector512.Load((ulong*)third + i);
                var result = isSigned
                    ? (Widen((int*)first + i) * Widen((int*)second + i)).AsUInt64() + addend
                    : Widen((uint*)first + i) * Widen((uint*)second + i) + addend;
                result.Store((ulong*)target + i);
            }
            warp.Commit(d, 256);
        }

        static Vector512<long> Widen(int* source)
        {
            var (low, high) = Vector256.Widen(Vector256.Load(source));
            return Vector512.Create(low, high);
        }

        static Vector512<ulong> Widen(uint* source)
        {
            var (low, high) = Vector256.Widen(Vector256.Load(source));
            return Vector512.Create(low, high);
        }
    }
}
