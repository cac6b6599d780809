using System.Runtime.InteropServices;

namespace GpuLm.Kernels.Common;

/// <summary>
/// The upper half of an fp32 number: 8 exponent bits and 7 fraction bits, so its range is that of fp32 and its unit roundoff 2^-8 (Wang and
/// Kanwar, "BFloat16: The secret to high performance on Cloud TPUs", 2019). .NET and ILGPU have no such type.
/// </summary>
/// <param name="bits">Sign, exponent and fraction.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly struct BFloat16(ushort bits) : IEquatable<BFloat16>
{
    /// <summary>The unit roundoff, 2^-8.</summary>
    public const float UnitRoundoff = 1f / 256;

    /// <summary>Sign, exponent and fraction.</summary>
    public readonly ushort Bits = bits;

    /// <summary>The nearest number; ties go to the even fraction, and a NaN stays one.</summary>
    public static BFloat16 FromSingle(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value)) return new((ushort)(bits >> 16 | 0x40));
        return new((ushort)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16));
    }

    /// <summary>The same number in fp32; exact.</summary>
    public float ToSingle() => BitConverter.UInt32BitsToSingle((uint)Bits << 16);

    /// <inheritdoc/>
    public bool Equals(BFloat16 other) => Bits == other.Bits;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Bits;

    /// <summary>Whether two numbers have the same bits.</summary>
    public static bool operator ==(BFloat16 left, BFloat16 right) => left.Equals(right);

    /// <summary>Whether two numbers differ in a bit.</summary>
    public static bool operator !=(BFloat16 left, BFloat16 right) => !left.Equals(right);
}
