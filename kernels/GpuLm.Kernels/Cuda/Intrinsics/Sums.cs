using System.Runtime.InteropServices;

namespace GpuLm.Kernels.Cuda.Intrinsics;

/// <summary>16 numbers of a thread's part of a tile, in registers.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Sum16
{
    Float4 a, b, c, d;
}

/// <summary>32 numbers of a thread's part of a tile, in registers.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Sum32
{
    Sum16 a, b;
}

/// <summary>64 numbers of a thread's part of a tile, in registers.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Sum64
{
    Sum32 a, b;
}

/// <summary>128 numbers of a thread's part of a tile, in registers.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Sum128
{
    Sum64 a, b;
}
