using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace GpuLm.Kernels.MatMul.Cpu;

/// <summary>Copies an operand into panels: <c>target[panel][k][lane]</c>, so that a micro-kernel reads memory in order.</summary>
static unsafe class Packing
{
    /// <summary>
    /// Packs <paramref name="count"/> lanes (rows of A, columns of B) by <paramref name="depth"/> values of k into panels of
    /// <paramref name="panel"/> lanes. The last panel is filled with zeros.
    /// </summary>
    /// <param name="source">The value of the first lane at the first k.</param>
    /// <param name="laneStep">Elements from a lane to the next.</param>
    /// <param name="depthStep">Elements from a k to the next. One of the two steps is 1.</param>
    /// <param name="count">Lanes.</param>
    /// <param name="depth">Values of k.</param>
    /// <param name="panel">Lanes in a panel, a multiple of 4.</param>
    /// <param name="target">ceil(count / panel) * panel * depth floats.</param>
    public static void Pack(float* source, nint laneStep, nint depthStep, nint count, nint depth, nint panel, float* target)
    {
        for (nint lane = 0; lane < count; lane += panel, target += panel * depth, source += panel * laneStep)
        {
            if (count - lane < panel) PackPartial(source, laneStep, depthStep, count - lane, depth, panel, target);
            else if (laneStep == 1) CopyRows(source, depthStep, depth, panel, target);
            else Transpose(source, laneStep, depth, panel, target);
        }
    }

    static void PackPartial(float* source, nint laneStep, nint depthStep, nint count, nint depth, nint panel, float* target)
    {
        for (nint k = 0; k < depth; k++, target += panel)
        {
            for (nint lane = 0; lane < count; lane++) target[lane] = source[lane * laneStep + k * depthStep];
            for (nint lane = count; lane < panel; lane++) target[lane] = 0;
        }
    }

    static void CopyRows(float* source, nint depthStep, nint depth, nint panel, float* target)
    {
        if (panel == 32 && Vector512.IsHardwareAccelerated)
        {
            for (nint k = 0; k < depth; k++, source += depthStep, target += 32)
            {
                Vector512.Load(source).Store(target);
                Vector512.Load(source + 16).Store(target + 16);
            }
            return;
        }
        for (nint k = 0; k < depth; k++, source += depthStep, target += panel)
        {
            for (nint lane = 0; lane < panel; lane += 4) Vector128.Load(source + lane).Store(target + lane);
        }
    }

    static void Transpose(float* source, nint laneStep, nint depth, nint panel, float* target)
    {
        // Few lanes at a time: each is read in order, and hardware follows only so many of them ahead.
        nint whole = depth & ~3;
        for (nint lane = 0; lane < panel; lane += 4)
        {
            float* from = source + lane * laneStep;
            for (nint k = 0; k < whole; k += 4) Transpose4x4(from + k, laneStep, target + k * panel + lane, panel);
        }
        for (nint k = whole; k < depth; k++)
        {
            for (nint lane = 0; lane < panel; lane++) target[k * panel + lane] = source[lane * laneStep + k];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Transpose4x4(float* source, nint sourceStep, float* target, nint targetStep)
    {
        Vector128<float> r0 = Vector128.Load(source), r1 = Vector128.Load(source + sourceStep);
        Vector128<float> r2 = Vector128.Load(source + 2 * sourceStep), r3 = Vector128.Load(source + 3 * sourceStep);
        Vector128<float> low02 = InterleaveLow(r0, r2), high02 = InterleaveHigh(r0, r2);
        Vector128<float> low13 = InterleaveLow(r1, r3), high13 = InterleaveHigh(r1, r3);
        InterleaveLow(low02, low13).Store(target);
        InterleaveHigh(low02, low13).Store(target + targetStep);
        InterleaveLow(high02, high13).Store(target + 2 * targetStep);
        InterleaveHigh(high02, high13).Store(target + 3 * targetStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> InterleaveLow(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> InterleaveHigh(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[2], b[2], a[3], b[3]);
}
