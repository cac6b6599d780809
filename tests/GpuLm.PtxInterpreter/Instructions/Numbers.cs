namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>The number formats that .NET has not, or has under other rules.</summary>
static class Numbers
{
    public static float Single(ulong bits) => BitConverter.UInt32BitsToSingle((uint)bits);

    public static ulong Bits(float value) => BitConverter.SingleToUInt32Bits(value);

    public static float Flush(float value) => float.IsSubnormal(value) ? MathF.CopySign(0, value) : value;

    /// <summary>Clamped to [0, 1]; what is no number becomes 0.</summary>
    public static float Saturate(float value) => float.IsNaN(value) ? 0 : Math.Clamp(value, 0f, 1f) + 0f;

    public static float FromBFloat16(ulong bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>To the nearest bfloat16, ties to the even one; every NaN becomes 0x7FFF.</summary>
    public static uint ToBFloat16(float value)
    {
        if (float.IsNaN(value)) return 0x7FFF;
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
    }

    /// <summary>Towards zero.</summary>
    public static uint TruncateToBFloat16(float value) => float.IsNaN(value) ? 0x7FFF : BitConverter.SingleToUInt32Bits(value) >> 16;

    /// <summary>A double to the nearest bfloat16 in one rounding.</summary>
    public static uint ToBFloat16(double value) => ToBFloat16(ToOdd(value));

    public static float FromHalf(ulong bits) => (float)BitConverter.UInt16BitsToHalf((ushort)bits);

    public static uint ToHalf(double value) => double.IsNaN(value) ? 0x7FFFu : BitConverter.HalfToUInt16Bits((Half)value);

    public static uint TruncateToHalf(float value)
    {
        if (float.IsNaN(value)) return 0x7FFF;
        var nearest = (Half)value;
        if (Math.Abs((float)nearest) > Math.Abs(value)) nearest = value > 0 ? Half.BitDecrement(nearest) : Half.BitIncrement(nearest);
        return BitConverter.HalfToUInt16Bits(nearest);
    }

    /// <summary>
    /// To a float whose last bit is odd unless the value is exact, so that rounding it again to fewer bits gives what one rounding would.
    /// </summary>
    static float ToOdd(double value)
    {
        float truncated = Rounding.Narrow(value, Rounding.Mode.Zero);
        if (truncated == value || !double.IsFinite(value)) return (float)value;
        return BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(truncated) | 1);
    }

    /// <summary>To the nearest number of 10 mantissa bits, ties away from zero.</summary>
    public static uint ToTensorFloat32(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value)) return 0x7FFFFFFF;
        return float.IsInfinity(value) ? bits : (bits + 0x1000) & ~0x1FFFu;
    }

    /// <summary>To the nearest number of 10 mantissa bits, ties to the even one.</summary>
    public static uint ToTensorFloat32Even(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value)) return 0x7FFFFFFF;
        return float.IsInfinity(value) ? bits : (bits + 0xFFF + (bits >> 13 & 1)) & ~0x1FFFu;
    }

    /// <summary>
    /// To an 8-bit float with so many exponent and mantissa bits, ties to even, anything too large to the largest finite number
    /// (satfinite).
    /// </summary>
    public static uint ToFloat8(float value, int mantissaBits)
    {
        uint sign = BitConverter.SingleToUInt32Bits(value) >> 31 << 7;
        if (float.IsNaN(value)) return 0x7F;
        int bias = mantissaBits == 3 ? 7 : 15;
        double largest = mantissaBits == 3 ? 448 : 57344;
        double magnitude = Math.Min(Math.Abs((double)value), largest);
        int exponent = magnitude == 0 ? 1 - bias : Math.Max(Math.ILogB(magnitude), 1 - bias);
        long units = (long)Math.Round(Math.ScaleB(magnitude, mantissaBits - exponent), MidpointRounding.ToEven);
        long code = units + ((long)(exponent + bias - 1) << mantissaBits);
        return sign | (uint)Math.Min(code, mantissaBits == 3 ? 0x7E : 0x7B);
    }

    public static float FromFloat8(uint bits, int mantissaBits)
    {
        int bias = mantissaBits == 3 ? 7 : 15;
        uint magnitude = bits & 0x7F;
        int exponent = (int)(magnitude >> mantissaBits);
        uint fraction = magnitude & ((1u << mantissaBits) - 1);
        float sign = (bits & 0x80) != 0 ? -1 : 1;
        if (mantissaBits == 3 ? magnitude == 0x7F : magnitude > 0x7C) return float.NaN;
        if (mantissaBits == 2 && magnitude == 0x7C) return sign * float.PositiveInfinity;
        double units = exponent == 0 ? fraction : fraction + (1 << mantissaBits);
        return sign * (float)Math.ScaleB(units, Math.Max(exponent, 1) - bias - mantissaBits);
    }
}
