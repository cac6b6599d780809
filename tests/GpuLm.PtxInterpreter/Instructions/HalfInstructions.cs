using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>Arithmetic on fp16 and bfloat16, alone and in pairs: worked out in double, rounded once.</summary>
static class HalfInstructions
{
    public static Instruction Decode(SourceInstruction source, KernelBuilder builder)
    {
        var type = source.Type;
        bool brain = type is PtxType.BF16 or PtxType.BF16x2, pair = type is PtxType.F16x2 or PtxType.BF16x2;
        bool relu = source.Has("relu"), saturate = source.Has("sat"), passNaN = source.Has("NaN");
        if (source.Name is "abs" or "neg") return Sign(source, builder, pair);
        Func<double, double, double, double> operation = source.Name switch
        {
            "add" => (a, b, _) => a + b,
            "sub" => (a, b, _) => a - b,
            "mul" => (a, b, _) => a * b,
            "fma" => (a, b, c) => a * b + c,
            "min" => (a, b, _) => passNaN ? Math.Min(a, b) : double.MinNumber(a, b),
            "max" => (a, b, _) => passNaN ? Math.Max(a, b) : double.MaxNumber(a, b),
            "tanh" => (a, _, _) => Math.Tanh(a),
            "ex2" => (a, _, _) => Math.Pow(2, a),
            _ => throw Decoder.Unknown(source),
        };
        return builder.Each(source, pair ? (a, b, c) => One(a, b, c) | One(a >> 16, b >> 16, c >> 16) << 16 : One,
            pair ? PtxType.B32 : PtxType.B16);

        ulong One(ulong a, ulong b, ulong c)
        {
            double result = operation(Value(a), Value(b), Value(c));
            if (relu && !(result > 0) && !double.IsNaN(result)) result = 0;
            if (saturate) result = double.IsNaN(result) ? 0 : Math.Clamp(result, 0, 1);
            return brain ? Numbers.ToBFloat16(result) : Numbers.ToHalf(result);
        }

        double Value(ulong bits) => brain ? Numbers.FromBFloat16(bits & 0xFFFF) : Numbers.FromHalf(bits);
    }

    static Instruction Sign(SourceInstruction source, KernelBuilder builder, bool pair)
    {
        ulong signs = pair ? 0x80008000u : 0x8000u;
        return source.Name == "neg"
            ? builder.Each(source, (a, _, _) => a ^ signs, PtxType.B32)
            : builder.Each(source, (a, _, _) => a & ~signs, PtxType.B32);
    }
}
