using System.Runtime.Intrinsics;
using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

readonly struct Add : IBinary
{
    public static Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b) where T : unmanaged => a + b;
}

readonly struct Subtract : IBinary
{
    public static Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b) where T : unmanaged => a - b;
}

readonly struct Multiply : IBinary
{
    public static Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b) where T : unmanaged => a * b;
}

readonly struct Divide : IBinary
{
    public static Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b) where T : unmanaged => a / b;
}

/// <summary>The number where the other operand is no number; the negative zero is the smaller one.</summary>
readonly struct Minimum : IBinary
{
    public static Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b) where T : unmanaged => Vector512.MinNumber(a, b);
}

/// <inheritdoc cref="Minimum"/>
readonly struct Maximum : IBinary
{
    public static Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b) where T : unmanaged => Vector512.MaxNumber(a, b);
}

readonly struct NaNMinimum : IBinary
{
    public static Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b) where T : unmanaged => Vector512.Min(a, b);
}

readonly struct NaNMaximum : IBinary
{
    public static Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b) where T : unmanaged => Vector512.Max(a, b);
}

readonly struct Negate : IUnary
{
    public static Vector512<T> Apply<T>(Vector512<T> a) where T : unmanaged => -a;
}

readonly struct Absolute : IUnary
{
    public static Vector512<T> Apply<T>(Vector512<T> a) where T : unmanaged => Vector512.Abs(a);
}

/// <summary>One rounding for floats.</summary>
readonly struct MultiplyAdd : ITernary
{
    public static Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c) where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>();
        if (typeof(T) == typeof(double)) return Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();
        return a * b + c;
    }
}

/// <summary>add, sub, mul, mad, fma, div, rem, min, max, abs, neg on integers and floats of 32 and 64 bits, and integers of 16.</summary>
static class ArithmeticInstructions
{
    public static Instruction Decode(SourceInstruction source, KernelBuilder builder)
    {
        var type = source.Type;
        Decoder.Expect(source, source.Name is "abs" or "neg" ? 2 : source.Name is "mad" or "fma" or "sad" or "mad24" ? 4 : 3);
        bool isFloat = type is PtxType.F32 or PtxType.F64;
        if (isFloat && NeedsRounding(source)) return FloatArithmetic.Decode(source, builder);
        return (source.Name, Half(source)) switch
        {
            ("add", _) when !source.Has("sat") => builder.Binary<Add>(source, type),
            ("sub", _) when !source.Has("sat") => builder.Binary<Subtract>(source, type),
            ("mul", "lo") => builder.Binary<Multiply>(source, type),
            ("mul", _) when isFloat => builder.Binary<Multiply>(source, type),
            ("mad", "lo") => builder.Ternary<MultiplyAdd>(source, type),
            ("fma" or "mad", _) when isFloat => builder.Ternary<MultiplyAdd>(source, type),
            ("div", _) when isFloat => builder.Binary<Divide>(source, type),
            ("min", _) => source.Has("NaN") ? builder.Binary<NaNMinimum>(source, type) : builder.Binary<Minimum>(source, type),
            ("max", _) => source.Has("NaN") ? builder.Binary<NaNMaximum>(source, type) : builder.Binary<Maximum>(source, type),
            ("neg", _) => builder.Unary<Negate>(source, type),
            ("abs", _) => builder.Unary<Absolute>(source, type),
            ("copysign", _) when type == PtxType.F32 => builder.Each(source, (a, b, _) => (a & 0x80000000) | (b & 0x7FFFFFFF), type),
            _ when type.IsInteger() => IntegerArithmetic.Decode(source, builder),
            _ => throw Decoder.Unknown(source),
        };
    }

    static string Half(SourceInstruction source) => source.Has("lo") ? "lo" : source.Has("hi") ? "hi" : source.Has("wide") ? "wide" : "";

    /// <summary>Whether the result is not simply the nearest float: flushed, clamped to [0, 1], or rounded in a direction.</summary>
    static bool NeedsRounding(SourceInstruction source) =>
        source.Has("ftz") || source.Has("sat") || source.Has("rz") || source.Has("rm") || source.Has("rp") || source.Has("xorsign");
}
