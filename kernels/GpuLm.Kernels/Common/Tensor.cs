using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.Common;

/// <summary>How the numbers of a tensor lie in memory.</summary>
public enum NumberFormat
{
    /// <summary>IEEE 754 single precision, 4 bytes.</summary>
    Fp32,

    /// <summary><see cref="Common.BFloat16"/>, 2 bytes.</summary>
    Bf16,
}

/// <summary>
/// A run of numbers on a device in either format. Launchers take one wherever an activation or a weight matrix may be stored in bf16, and
/// choose the kernel by its format.
/// </summary>
public readonly struct Tensor
{
    readonly ArrayView<float> words;
    readonly ArrayView<BFloat16> halves;

    /// <summary>Numbers in fp32.</summary>
    public Tensor(ArrayView<float> view) => (words, Format) = (view, NumberFormat.Fp32);

    /// <summary>Numbers in bf16.</summary>
    public Tensor(ArrayView<BFloat16> view) => (halves, Format) = (view, NumberFormat.Bf16);

    /// <summary>How the numbers lie in memory.</summary>
    public NumberFormat Format { get; }

    /// <summary>Elements.</summary>
    public long Length => Format == NumberFormat.Fp32 ? words.Length : halves.Length;

    /// <summary>The numbers, which are fp32.</summary>
    /// <exception cref="ArgumentException">They are bf16.</exception>
    public ArrayView<float> AsFp32()
    {
        Guard.Require(
            Format == NumberFormat.Fp32, "An operation on fp32 got a tensor in bf16; all of its tensors must have one format.", "tensor");
        return words;
    }

    /// <summary>The numbers, which are bf16.</summary>
    /// <exception cref="ArgumentException">They are fp32.</exception>
    public ArrayView<BFloat16> AsBf16()
    {
        Guard.Require(
            Format == NumberFormat.Bf16, "An operation on bf16 got a tensor in fp32; all of its tensors must have one format.", "tensor");
        return halves;
    }

    /// <summary>Bytes of a number.</summary>
    public int ElementBytes => Format == NumberFormat.Fp32 ? sizeof(float) : sizeof(ushort);

    /// <summary>The numbers' bytes.</summary>
    public ArrayView<byte> AsBytes() => Format == NumberFormat.Fp32 ? words.Cast<byte>() : halves.Cast<byte>();

    /// <summary>Whether the first number lies at a multiple of 16 bytes.</summary>
    public bool IsAligned =>
        (Format == NumberFormat.Fp32 ? words.LoadEffectiveAddressAsPtr() : halves.LoadEffectiveAddressAsPtr()) % 16 == 0;

    /// <summary>The elements from <paramref name="start"/> on, so many of them.</summary>
    public Tensor SubView(long start, long length) =>
        Format == NumberFormat.Fp32 ? new(words.SubView(start, length)) : new(halves.SubView(start, length));

    /// <summary>Numbers in fp32.</summary>
    public static implicit operator Tensor(ArrayView<float> view) => new(view);

    /// <summary>Numbers in bf16.</summary>
    public static implicit operator Tensor(ArrayView<BFloat16> view) => new(view);

    /// <summary>Numbers in fp32.</summary>
    public static Tensor FromArrayView(ArrayView<float> view) => new(view);
}
