using System.Runtime.InteropServices;

namespace GpuLm.Kernels.Cuda.Intrinsics;

/// <summary>Two 32-bit words: four bf16 numbers, a fragment of B in <see cref="TensorCore"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct UInt2
{
    /// <summary>A word; of two bf16 numbers the first is in the lower half.</summary>
    public uint X, Y;
}

/// <summary>Four 32-bit words in one 16-byte access: eight bf16 numbers, a fragment of A in <see cref="TensorCore"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct UInt4
{
    /// <summary>A word; of two bf16 numbers the first is in the lower half.</summary>
    public uint X, Y, Z, W;
}

/// <summary>Four fp32 numbers in one 16-byte access: a fragment of C in <see cref="TensorCore"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Float4
{
    /// <summary>A number.</summary>
    public float X, Y, Z, W;
}
