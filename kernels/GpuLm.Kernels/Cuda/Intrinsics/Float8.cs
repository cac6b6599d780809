using ILGPU;

namespace GpuLm.Kernels.Cuda.Intrinsics;

/// <summary>Eight fp32 numbers in a thread's registers: what one 16-byte access of bf16 numbers holds.</summary>
struct Float8
{
    public Float4 Low, High;

    /// <summary>Eight bf16 numbers, exactly.</summary>
    public static Float8 Unpack(UInt4 packed) => new() { Low = Unpack(packed.X, packed.Y), High = Unpack(packed.Z, packed.W) };

    /// <summary>The eight fp32 numbers from a multiple of 16 bytes on; <paramref name="index"/> counts in eights.</summary>
    public static Float8 Load(ArrayView<Float4> view, long index) => new() { Low = view[2 * index], High = view[2 * index + 1] };

    public static Float8 All(float value) => new() { Low = Four(value, value, value, value), High = Four(value, value, value, value) };

    public static Float8 operator +(Float8 a, Float8 b) => new() { Low = Add(a.Low, b.Low), High = Add(a.High, b.High) };

    public static Float8 operator -(Float8 a, float b) => a + All(-b);

    public static Float8 operator *(Float8 a, Float8 b) => new() { Low = Multiply(a.Low, b.Low), High = Multiply(a.High, b.High) };

    public static Float8 operator *(Float8 a, float b) => a * All(b);

    /// <summary>Each number rounded to the nearest bf16 number.</summary>
    public readonly UInt4 Pack() => new()
    {
        X = Numbers.PackBFloat16(Low.X, Low.Y), Y = Numbers.PackBFloat16(Low.Z, Low.W),
        Z = Numbers.PackBFloat16(High.X, High.Y), W = Numbers.PackBFloat16(High.Z, High.W),
    };

    /// <summary>Writes the numbers in fp32; <paramref name="index"/> counts in eights.</summary>
    public readonly void Store(ArrayView<Float4> view, long index)
    {
        view[2 * index] = Low;
        view[2 * index + 1] = High;
    }

    /// <summary>The sum of the eight, in pairs.</summary>
    public readonly float Sum() => (Low.X + Low.Y + (Low.Z + Low.W)) + (High.X + High.Y + (High.Z + High.W));

    /// <summary>The largest of the eight that is a number.</summary>
    public readonly float Max() => IntrinsicMath.Max(
        IntrinsicMath.Max(IntrinsicMath.Max(Low.X, Low.Y), IntrinsicMath.Max(Low.Z, Low.W)),
        IntrinsicMath.Max(IntrinsicMath.Max(High.X, High.Y), IntrinsicMath.Max(High.Z, High.W)));

    /// <summary>2^x of each.</summary>
    public readonly Float8 Exp2() => new()
    {
        Low = Four(Numbers.Exp2(Low.X), Numbers.Exp2(Low.Y), Numbers.Exp2(Low.Z), Numbers.Exp2(Low.W)),
        High = Four(Numbers.Exp2(High.X), Numbers.Exp2(High.Y), Numbers.Exp2(High.Z), Numbers.Exp2(High.W)),
    };

    /// <summary>1 / x of each.</summary>
    public readonly Float8 Reciprocal() => new()
    {
        Low = Four(Numbers.Reciprocal(Low.X), Numbers.Reciprocal(Low.Y), Numbers.Reciprocal(Low.Z), Numbers.Reciprocal(Low.W)),
        High = Four(Numbers.Reciprocal(High.X), Numbers.Reciprocal(High.Y), Numbers.Reciprocal(High.Z), Numbers.Reciprocal(High.W)),
    };

    /// <summary>The first <paramref name="count"/> numbers, and <paramref name="filler"/> in place of the others.</summary>
    public readonly Float8 Keep(int count, float filler) => new()
    {
        Low = Four(count > 0 ? Low.X : filler, count > 1 ? Low.Y : filler, count > 2 ? Low.Z : filler, count > 3 ? Low.W : filler),
        High = Four(count > 4 ? High.X : filler, count > 5 ? High.Y : filler, count > 6 ? High.Z : filler, count > 7 ? High.W : filler),
    };

    /// <summary>The number at a place from 0 to 7.</summary>
    public readonly float At(int place) => place < 4
        ? place < 2 ? place == 0 ? Low.X : Low.Y : place == 2 ? Low.Z : Low.W
        : place < 6 ? place == 4 ? High.X : High.Y : place == 6 ? High.Z : High.W;

    /// <summary>The numbers, and <paramref name="term"/> added to the one at a place.</summary>
    public readonly Float8 Add(int place, float term) => new()
    {
        Low = Four(
            place == 0 ? Low.X + term : Low.X, place == 1 ? Low.Y + term : Low.Y, place == 2 ? Low.Z + term : Low.Z,
            place == 3 ? Low.W + term : Low.W),
        High = Four(
            place == 4 ? High.X + term : High.X, place == 5 ? High.Y + term : High.Y, place == 6 ? High.Z + term : High.Z,
            place == 7 ? High.W + term : High.W),
    };

    public static Float4 Four(float x, float y, float z, float w) => new() { X = x, Y = y, Z = z, W = w };

    static Float4 Unpack(uint first, uint second) => Four(
        Numbers.LowBFloat16(first), Numbers.HighBFloat16(first), Numbers.LowBFloat16(second), Numbers.HighBFloat16(second));

    static Float4 Add(Float4 a, Float4 b) => Four(a.X + b.X, a.Y + b.Y, a.Z + b.Z, a.W + b.W);

    static Float4 Multiply(Float4 a, Float4 b) => Four(a.X * b.X, a.Y * b.Y, a.Z * b.Z, a.W * b.W);
}
