using System.Runtime.Intrinsics;
using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>cvt between all integers and floats; the common ones have a short way through vectors.</summary>
static class ConversionInstructions
{
    public static Instruction Decode(SourceInstruction source, KernelBuilder builder)
    {
        if (source.Types.Length != 2) throw Decoder.Unknown(source);
        var (to, from) = (source.Types[0], source.Types[1]);
        if (source.Operands.Length == 3) return Pair(source, builder, to, from);
        Decoder.Expect(source, 2);
        var (d, a) = (builder.Destination(source.Operands[0]), builder.Source(source.Operands[1], from));
        bool plain = !source.Has("sat") && !source.Has("ftz") && !source.Has("rz") && !source.Has("rm") && !source.Has("rp");
        if (plain && IsCopy(to, from, d, a)) return new VectorUnary<uint, Identity>(d.Offset, a.Offset);
        if (plain && d.Stride == 8 && a.Stride == 4 && from is PtxType.S32 or PtxType.U32 && to.IsInteger())
        {
            return new Widening(d.Offset, a.Offset, from == PtxType.S32);
        }
        if (plain && d.Stride == 4 && a.Stride == 8 && to is PtxType.S32 or PtxType.U32 && from.IsInteger() && from.Bytes() == 8)
        {
            return new Truncation(d.Offset, a.Offset);
        }
        if (plain && to == PtxType.F32 && from == PtxType.S32) return new FromSigned(d.Offset, a.Offset);
        return new LaneOperation(d, [a], Convert(source, to, from));
    }

    static bool IsCopy(PtxType to, PtxType from, Lanes d, Lanes a) =>
        to.IsInteger() && from.IsInteger() && to.Bytes() == 4 && from.Bytes() == 4 && d.Stride == 4 && a.Stride == 4;

    static Func<ulong, ulong, ulong, ulong> Convert(SourceInstruction source, PtxType to, PtxType from)
    {
        bool flush = source.Has("ftz"), saturate = source.Has("sat");
        var rounding = Rounding.Of(source);
        if (from.IsInteger() && to.IsInteger()) return (a, _, _) => ToInteger(Integer(a, from), to, saturate);
        if (from.IsInteger())
        {
            if (to == PtxType.F64) return (a, _, _) => BitConverter.DoubleToUInt64Bits((double)Integer(a, from));
            if (to == PtxType.F32) return (a, _, _) => Numbers.Bits(Single(Integer(a, from), rounding));
            if (to is PtxType.F16 or PtxType.BF16) return (a, _, _) => FromDouble((double)Integer(a, from), to, rounding, saturate);
            throw Decoder.Unknown(source);
        }
        if (to == PtxType.F16x2 && from is PtxType.E4M3x2 or PtxType.E5M2x2) return FromFloat8Pair(from == PtxType.E4M3x2 ? 3 : 2);
        Func<ulong, double> value = Value(source, from, flush);
        if (to.IsInteger())
        {
            Func<double, double> whole = source.Has("rni") ? Math.Round : source.Has("rzi") ? Math.Truncate
                : source.Has("rmi") ? Math.Floor : source.Has("rpi") ? Math.Ceiling : throw Decoder.Unknown(source);
            return (a, _, _) => Whole(whole(value(a)), to);
        }
        if (IsWhole(source, out var toWhole)) return (a, _, _) => FromDouble(toWhole(value(a)), to, Rounding.Mode.Nearest, saturate);
        if (to == PtxType.TF32 && source.Has("rna")) return (a, _, _) => Numbers.ToTensorFloat32((float)value(a));
        if (to == PtxType.TF32) return (a, _, _) => Numbers.ToTensorFloat32Even((float)value(a));
        if (to is PtxType.F32 or PtxType.F64 or PtxType.F16 or PtxType.BF16)
        {
            bool relu = source.Has("relu");
            return (a, _, _) =>
            {
                double v = value(a);
                if (relu && !(v > 0) && !double.IsNaN(v)) v = 0;
                ulong bits = FromDouble(v, to, rounding, saturate);
                return flush && to == PtxType.F32 ? Numbers.Bits(Numbers.Flush(Numbers.Single(bits))) : bits;
            };
        }
        throw Decoder.Unknown(source);
    }

    static Func<ulong, ulong, ulong, ulong> FromFloat8Pair(int mantissaBits) => (a, _, _) =>
        Numbers.ToHalf(Numbers.FromFloat8((uint)a & 0xFF, mantissaBits))
        | (ulong)Numbers.ToHalf(Numbers.FromFloat8((uint)a >> 8 & 0xFF, mantissaBits)) << 16;

    /// <summary>Rounding to a whole number that stays a float, as cvt.rni.f32.f32 does.</summary>
    static bool IsWhole(SourceInstruction source, out Func<double, double> whole)
    {
        whole = source.Has("rni") ? Math.Round : source.Has("rzi") ? Math.Truncate : source.Has("rmi") ? Math.Floor : Math.Ceiling;
        return source.Has("rni") || source.Has("rzi") || source.Has("rmi") || source.Has("rpi");
    }

    static Func<ulong, double> Value(SourceInstruction source, PtxType from, bool flush) => from switch
    {
        PtxType.F32 when flush => bits => Numbers.Flush(Numbers.Single(bits)),
        PtxType.F32 => bits => Numbers.Single(bits),
        PtxType.F64 => BitConverter.UInt64BitsToDouble,
        PtxType.F16 => bits => Numbers.FromHalf(bits),
        PtxType.BF16 => bits => Numbers.FromBFloat16(bits & 0xFFFF),
        _ => throw Decoder.Unknown(source),
    };

    static ulong FromDouble(double value, PtxType to, Rounding.Mode rounding, bool saturate)
    {
        if (saturate) value = double.IsNaN(value) ? 0 : Math.Clamp(value, 0, 1);
        bool truncate = rounding == Rounding.Mode.Zero;
        return to switch
        {
            PtxType.F32 => Numbers.Bits(Rounding.Narrow(value, rounding)),
            PtxType.F16 => truncate ? Numbers.TruncateToHalf((float)value) : Numbers.ToHalf(value),
            PtxType.BF16 => truncate ? Numbers.TruncateToBFloat16((float)value) : Numbers.ToBFloat16(value),
            _ => BitConverter.DoubleToUInt64Bits(value),
        };
    }

    static Int128 Integer(ulong bits, PtxType type)
    {
        int shift = 64 - type.Bytes() * 8;
        return type.IsSigned() ? (long)(bits << shift) >> shift : (Int128)(bits << shift >> shift);
    }

    /// <summary>In one rounding: the upper and the lower bits of the integer are doubles both.</summary>
    static float Single(Int128 value, Rounding.Mode rounding)
    {
        if (rounding == Rounding.Mode.Nearest) return (float)value;
        var high = value >> 24 << 24;
        return Rounding.Sum((double)high, (double)(value - high), rounding);
    }

    static ulong ToInteger(Int128 value, PtxType to, bool saturate)
    {
        int bits = to.Bytes() * 8;
        if (saturate)
        {
            var (least, most) = to.IsSigned() ? (-(Int128.One << (bits - 1)), (Int128.One << (bits - 1)) - 1)
                : (0, (Int128.One << bits) - 1);
            value = Int128.Clamp(value, least, most);
        }
        int shift = 64 - bits;
        ulong kept = (ulong)value << shift;
        return to.IsSigned() ? (ulong)((long)kept >> shift) : kept >> shift;
    }

    /// <summary>What lies beyond the integer's range becomes its nearest end, and what is no number becomes 0.</summary>
    static ulong Whole(double value, PtxType to)
    {
        if (double.IsNaN(value)) return 0;
        return ToInteger((Int128)Math.Clamp(value, -1e30, 1e30), to, saturate: true);
    }

    /// <summary>Two floats into one register, the first into the upper half.</summary>
    static Instruction Pair(SourceInstruction source, KernelBuilder builder, PtxType to, PtxType from)
    {
        if (from != PtxType.F32) throw Decoder.Unknown(source);
        bool relu = source.Has("relu"), truncate = source.Has("rz");
        Func<float, uint> one = to switch
        {
            PtxType.BF16x2 => truncate ? Numbers.TruncateToBFloat16 : Numbers.ToBFloat16,
            PtxType.F16x2 => truncate ? Numbers.TruncateToHalf : value => Numbers.ToHalf(value),
            PtxType.E4M3x2 => value => Numbers.ToFloat8(value, 3),
            PtxType.E5M2x2 => value => Numbers.ToFloat8(value, 2),
            _ => throw Decoder.Unknown(source),
        };
        int bits = to.Bytes() * 4;
        return builder.Each(source, (a, b, _) => one(Kept(a)) << bits | one(Kept(b)), PtxType.F32);

        float Kept(ulong raw) => Numbers.Single(raw) is var value && relu && value <= 0 ? 0 : value;
    }

    sealed unsafe class Widening(int d, int a, bool isSigned) : Instruction
    {
        public override void Execute(Warp warp)
        {
            byte* target = warp.Target(d), source = warp.Registers + a;
            for (int i = 0; i < 32; i += 8)
            {
                if (isSigned)
                {
                    var (low, high) = Vector256.Widen(Vector256.Load((int*)source + i));
                    Vector512.Create(low, high).Store((long*)target + i);
                }
                else
                {
                    var (low, high) = Vector256.Widen(Vector256.Load((uint*)source + i));
                    Vector512.Create(low, high).Store((ulong*)target + i);
                }
            }
            warp.Commit(d, 256);
        }
    }

    sealed unsafe class Truncation(int d, int a) : Instruction
    {
        public override void Execute(Warp warp)
        {
            byte* target = warp.Target(d), source = warp.Registers + a;
            for (int i = 0; i < 32; i += 16)
            {
                Vector512.Narrow(Vector512.Load((ulong*)source + i), Vector512.Load((ulong*)source + i + 8)).Store((uint*)target + i);
            }
            warp.Commit(d, 128);
        }
    }

    sealed unsafe class FromSigned(int d, int a) : Instruction
    {
        public override void Execute(Warp warp)
        {
            byte* target = warp.Target(d), source = warp.Registers + a;
            for (int i = 0; i < 32; i += 16) Vector512.ConvertToSingle(Vector512.Load((int*)source + i)).Store((float*)target + i);
            warp.Commit(d, 128);
        }
    }
}
