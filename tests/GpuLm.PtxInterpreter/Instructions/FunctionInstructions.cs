using System.Runtime.Intrinsics;
using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

readonly struct Reciprocal : IUnary
{
    public static Vector512<T> Apply<T>(Vector512<T> a) where T : unmanaged =>
        typeof(T) == typeof(float) ? (Vector512<float>.One / a.AsSingle()).As<float, T>()
            : (Vector512<double>.One / a.AsDouble()).As<double, T>();
}

readonly struct SquareRoot : IUnary
{
    public static Vector512<T> Apply<T>(Vector512<T> a) where T : unmanaged => Vector512.Sqrt(a);
}

/// <summary>
/// ex2, lg2, rcp, rsqrt, sqrt, sin, cos and tanh. A GPU's approximations are not imitated: the results are the nearest floats, or all but.
/// </summary>
static class FunctionInstructions
{
    static readonly Vector512<double> Ln2 = Vector512.Create(0.69314718055994530942);

    public static Instruction Decode(SourceInstruction source, KernelBuilder builder)
    {
        Decoder.Expect(source, 2);
        var type = source.Type;
        if (type is PtxType.F16 or PtxType.BF16 or PtxType.F16x2 or PtxType.BF16x2) return HalfInstructions.Decode(source, builder);
        bool flush = source.Has("ftz");
        if (source.Name == "rcp" && !flush) return builder.Unary<Reciprocal>(source, type);
        if (source.Name == "sqrt" && !flush) return builder.Unary<SquareRoot>(source, type);
        if (type == PtxType.F64 && source.Name == "rsqrt")
        {
            return builder.Each(source, (a, _, _) =>
                BitConverter.DoubleToUInt64Bits(1 / Math.Sqrt(BitConverter.UInt64BitsToDouble(a))), type);
        }
        if (type != PtxType.F32) throw Decoder.Unknown(source);
        return new Function(builder.To(source, type), builder.From(source, 1, type), Of(source.Name), flush);
    }

    /// <summary>The function on doubles, several at a time.</summary>
    static Func<Vector512<double>, Vector512<double>> Of(string name) => name switch
    {
        "ex2" => x => Vector512.Exp(x * Ln2),
        "lg2" => Vector512.Log2,
        "rcp" => x => Vector512<double>.One / x,
        "rsqrt" => x => Vector512<double>.One / Vector512.Sqrt(x),
        "sqrt" => Vector512.Sqrt,
        "sin" => Vector512.Sin,
        "cos" => Vector512.Cos,
        _ => Tanh,
    };

    /// <summary>1 - 2 / (exp(2x) + 1), but x itself where the difference would cancel and the two agree to a float's last bit.</summary>
    static Vector512<double> Tanh(Vector512<double> x)
    {
        var two = Vector512.Create(2.0);
        var value = Vector512<double>.One - two / (Vector512.Exp(x * two) + Vector512<double>.One);
        return Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Vector512.Create(1e-4)), x, value);
    }

    sealed unsafe class Function(int d, int a, Func<Vector512<double>, Vector512<double>> function, bool flush) : Instruction
    {
        public override void Execute(Warp warp)
        {
            float* target = (float*)warp.Target(d), source = (float*)(warp.Registers + a);
            for (int i = 0; i < 32; i += 16)
            {
                var value = Vector512.Load(source + i);
                if (flush) value = Flushed(value);
                var (low, high) = Vector512.Widen(value);
                var result = Vector512.Narrow(function(low), function(high));
                (flush ? Flushed(result) : result).Store(target + i);
            }
            warp.Commit(d, 128);
        }

        static Vector512<float> Flushed(Vector512<float> value)
        {
            var small = Vector512.LessThan(Vector512.Abs(value), Vector512.Create(1.17549435e-38f));
            return Vector512.ConditionalSelect(small, value & Vector512.Create(-0f), value);
        }
    }
}
