using System.Runtime.InteropServices;

namespace GpuLm.PtxInterpreter;

/// <summary>How the copy engine permutes the 16-byte chunks of shared memory.</summary>
public enum PtxSwizzle
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Within 32 bytes: address bit 4 is exclusive-ored with bit 7.</summary>
    Bytes32,

    /// <summary>Within 64 bytes: address bits 4 and 5 with bits 7 and 8.</summary>
    Bytes64,

    /// <summary>Within 128 bytes: address bits 4 to 6 with bits 7 to 9.</summary>
    Bytes128,
}

/// <summary>
/// A tensor in global memory and the box that one bulk copy takes of it. On a GPU the 128 bytes of a tensor map are the driver's secret;
/// these are this interpreter's own, and mean nothing to a GPU. What lies outside the tensor is read as zero and not written.
/// </summary>
public sealed record PtxTensorMap
{
    const ulong Mark = 0x50414D524F534E54;

    /// <summary>Bytes of an element.</summary>
    public required int ElementBytes { get; init; }

    /// <summary>Where the tensor starts; a multiple of 16.</summary>
    public required nint Address { get; init; }

    /// <summary>Sizes, the one that is contiguous in memory first; their number is the rank, 1 to 5.</summary>
    public required long[] Dimensions { get; init; }

    /// <summary>
    /// Bytes from one element to the next in the second and later dimensions: one entry less than dimensions, multiples of 16.
    /// </summary>
    public required long[] Strides { get; init; }

    /// <summary>Sizes of the box, 1 to 256 each.</summary>
    public required int[] Box { get; init; }

    /// <summary>Which element of each dimension is taken: every one (1), every second (2) ...; all ones where nothing is given.</summary>
    public int[]? ElementStrides { get; init; }

    /// <summary>How the box lies in shared memory.</summary>
    public PtxSwizzle Swizzle { get; init; }

    /// <summary>The 128 bytes that a kernel is given.</summary>
    /// <exception cref="ArgumentException">The sizes do not fit each other, or the copy engine could not do it.</exception>
    public byte[] Encode()
    {
        int rank = Dimensions.Length;
        Require(rank is >= 1 and <= 5 && Strides.Length == rank - 1 && Box.Length == rank, "ranks of 1 to 5 with matching sizes");
        Require(ElementStrides is null || ElementStrides.Length == rank, "an element stride for each dimension");
        Require(Address % 16 == 0 && Strides.All(stride => stride % 16 == 0 && stride > 0), "multiples of 16 for its address and strides");
        Require(Box.All(size => size is >= 1 and <= 256), "boxes of 1 to 256 elements");
        int inner = Box[0] * ElementBytes, span = Swizzle == PtxSwizzle.None ? int.MaxValue : 16 << (int)Swizzle;
        Require(inner % 16 == 0 && inner <= span, "an inner size of the box that is a multiple of 16 bytes and fits the swizzle");
        byte[] bytes = new byte[128];
        var words = MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan());
        words[0] = Mark;
        words[1] = (ulong)Address;
        words[2] = (uint)rank | (ulong)(uint)ElementBytes << 8 | (ulong)Swizzle << 16;
        for (int i = 0; i < rank; i++)
        {
            words[3 + i] = (ulong)Dimensions[i] | (ulong)(uint)Box[i] << 40 | (ulong)(uint)(ElementStrides?[i] ?? 1) << 52;
            if (i > 0) words[8 + i] = (ulong)Strides[i - 1];
        }
        return bytes;
    }

    /// <summary>The tensor map in 128 bytes, or null if they are not one.</summary>
    internal static unsafe PtxTensorMap? Decode(byte* bytes)
    {
        var words = new ReadOnlySpan<ulong>(bytes, 16);
        if (words[0] != Mark) return null;
        int rank = (int)(words[2] & 0xFF);
        long[] dimensions = new long[rank], strides = new long[rank - 1];
        int[] box = new int[rank], elementStrides = new int[rank];
        for (int i = 0; i < rank; i++)
        {
            dimensions[i] = (long)(words[3 + i] & 0xFFFFFFFFFF);
            (box[i], elementStrides[i]) = ((int)(words[3 + i] >> 40 & 0xFFF), (int)(words[3 + i] >> 52));
            if (i > 0) strides[i - 1] = (long)words[8 + i];
        }
        return new PtxTensorMap
        {
            ElementBytes = (int)(words[2] >> 8 & 0xFF), Address = (nint)words[1], Dimensions = dimensions, Strides = strides, Box = box,
            ElementStrides = elementStrides, Swizzle = (PtxSwizzle)(words[2] >> 16 & 0xFF),
        };
    }

    static void Require(bool condition, string what)
    {
        if (!condition) throw new ArgumentException($"A tensor map takes {what}.");
    }
}
