using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>Arithmetic on fp32 that flushes subnormals (ftz), clamps to [0, 1] (sat) or rounds in a direction (rz, rm, rp).</summary>
static class FloatArithmetic
{
    public static Instruction Decode(SourceInstruction source, KernelBuilder builder)
    {
        if (source.Type != PtxType.F32 || source.Has("xorsign")) throw Decoder.Unknown(source);
        bool flush = source.Has("ftz"), saturate = source.Has("sat");
        var rounding = Rounding.Of(source);
        Func<float, float, float, float> exact = source.Name switch
        {
            "add" => (a, b, _) => Rounding.Sum(a, b, rounding),
            "sub" => (a, b, _) => Rounding.Sum(a, -b, rounding),
            "mul" => (a, b, _) => Rounding.Narrow((double)a * b, rounding),
            "fma" or "mad" => (a, b, c) => rounding == Rounding.Mode.Nearest
                ? MathF.FusedMultiplyAdd(a, b, c) : Rounding.Sum((double)a * b, c, rounding),
            "div" when rounding == Rounding.Mode.Nearest => (a, b, _) => a / b,
            "min" => (a, b, _) => float.MinNumber(a, b),
            "max" => (a, b, _) => float.MaxNumber(a, b),
            "neg" => (a, _, _) => -a,
            "abs" => (a, _, _) => MathF.Abs(a),
            _ => throw Decoder.Unknown(source),
        };
        return builder.Each(source, (a, b, c) => Bits(Finish(exact(Operand(a), Operand(b), Operand(c)))), PtxType.F32);

        float Operand(ulong bits) => flush ? Numbers.Flush(Value(bits)) : Value(bits);
        float Finish(float value)
        {
            if (flush) value = Numbers.Flush(value);
            return saturate ? Numbers.Saturate(value) : value;
        }
    }

    static float Value(ulong bits) => BitConverter.UInt32BitsToSingle((uint)bits);

    static ulong Bits(float value) => BitConverter.SingleToUInt32Bits(value);
}
