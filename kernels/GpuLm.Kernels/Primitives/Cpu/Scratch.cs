using System.Runtime.InteropServices;

namespace GpuLm.Kernels.Primitives.Cpu;

/// <summary>
/// A thread's own working memory for CPU bodies: aligned to 64 bytes, grown when a larger piece is asked for, kept for the thread's life.
/// What it holds is undefined at the start of a body.
/// </summary>
sealed unsafe class Scratch
{
    const nuint Alignment = 64;

    [ThreadStatic] static Scratch? current;

    float* memory;
    nuint length;

    Scratch() { }

    ~Scratch() => NativeMemory.AlignedFree(memory);

    /// <summary>At least <paramref name="floats"/> floats. A second call on the same thread may free what the first returned.</summary>
    public static float* Get(nint floats)
    {
        var scratch = current ??= new Scratch();
        if (scratch.length < (nuint)floats)
        {
            NativeMemory.AlignedFree(scratch.memory);
            scratch.memory = (float*)NativeMemory.AlignedAlloc((nuint)floats * sizeof(float), Alignment);
            scratch.length = (nuint)floats;
        }
        return scratch.memory;
    }
}
