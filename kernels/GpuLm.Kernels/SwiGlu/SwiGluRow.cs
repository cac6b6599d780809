using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuLm.Kernels.Primitives;
using GpuLm.Kernels.Primitives.Cpu;
using ILGPU;

namespace GpuLm.Kernels.SwiGlu;

/// <summary>SwiGLU and its gradients on a run of elements. These are the CPU bodies.</summary>
[DeviceBodies(typeof(SwiGluRowOnDevice))]
static class SwiGluRow
{
    /// <summary>y = gate sigmoid(gate) up.</summary>
    public static void Forward(ArrayView<float> gate, ArrayView<float> up, ArrayView<float> y) => SimdMap.Run<ForwardMap>(gate, up, y);

    /// <summary>
    /// With s = sigmoid(gate): dGate = dY up s (1 + gate (1 - s)); dUp = dY gate s. One pass: the sigmoid is the costly part, and both need
    /// it.
    /// </summary>
    public static void Backward(
        ArrayView<float> dY, ArrayView<float> gate, ArrayView<float> up, ArrayView<float> dGate, ArrayView<float> dUp)
    {
        if (Simd.Uses512) Backward<Simd512, Vector512<float>>(dY, gate, up, dGate, dUp);
        else if (Simd.Uses256) Backward<Simd256, Vector256<float>>(dY, gate, up, dGate, dUp);
        else Backward<Simd128, Vector128<float>>(dY, gate, up, dGate, dUp);
    }

    // A method of its own: inlined, the loop's constants do not stay in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Backward<S, V>(
        ArrayView<float> viewDY, ArrayView<float> viewGate, ArrayView<float> viewUp, ArrayView<float> viewDGate, ArrayView<float> viewDUp)
        where S : struct, ISimd<V> where V : struct
    {
        ref float dY = ref Simd.First(viewDY), gate = ref Simd.First(viewGate), up = ref Simd.First(viewUp);
        ref float dGate = ref Simd.First(viewDGate), dUp = ref Simd.First(viewDUp);
        nint n = (nint)viewDY.Length, i = 0;
        for (; i <= n - S.Width; i += S.Width)
        {
            V ofUp = Gradients<S, V>(S.Load(ref dY, i), S.Load(ref gate, i), S.Load(ref up, i), out V ofGate);
            S.Store(ofGate, ref dGate, i);
            S.Store(ofUp, ref dUp, i);
        }
        if (i < n)
        {
            nint rest = n - i;
            V ofUp = Gradients<S, V>(
                Simd.LoadTail<S, V>(ref dY, i, rest), Simd.LoadTail<S, V>(ref gate, i, rest), Simd.LoadTail<S, V>(ref up, i, rest),
                out V ofGate);
            Simd.StoreTail<S, V>(ofGate, ref dGate, i, rest);
            Simd.StoreTail<S, V>(ofUp, ref dUp, i, rest);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Gradients<S, V>(V dY, V gate, V up, out V dGate) where S : struct, ISimd<V> where V : struct
    {
        V s = SimdMath.Sigmoid<S, V>(gate), one = S.Broadcast(1f), above = S.Multiply(dY, s);
        dGate = S.Multiply(S.Multiply(above, up), S.MultiplyAdd(gate, S.Subtract(one, s), one));
        return S.Multiply(above, gate);
    }

    readonly struct ForwardMap : IMap2
    {
        public static V Apply<S, V>(V a, V b) where S : struct, ISimd<V> where V : struct =>
            S.Multiply(S.Multiply(a, SimdMath.Sigmoid<S, V>(a)), b);
    }
}

/// <summary>The device bodies of <see cref="SwiGluRow"/>.</summary>
static class SwiGluRowOnDevice
{
    public static void Forward(ArrayView<float> gate, ArrayView<float> up, ArrayView<float> y)
    {
        for (int i = Group.IdxX; i < gate.IntLength; i += Group.DimX) y[i] = gate[i] * Sigmoid(gate[i]) * up[i];
    }

    public static void Backward(
        ArrayView<float> dY, ArrayView<float> gate, ArrayView<float> up, ArrayView<float> dGate, ArrayView<float> dUp)
    {
        for (int i = Group.IdxX; i < dY.IntLength; i += Group.DimX)
        {
            float g = gate[i], s = Sigmoid(g), above = dY[i] * s, ofGate = above * up[i] * (1f + g * (1f - s));
            dGate[i] = ofGate;
            dUp[i] = above * g;
        }
    }

    static float Sigmoid(float x) => 1f / (1f + MathF.Exp(-IntrinsicMath.Clamp(x, -87f, 87f)));
}
