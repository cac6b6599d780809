using GpuLm.Kernels.Primitives;
using GpuLm.Kernels.Primitives.Cpu;
using ILGPU;

namespace GpuLm.Kernels.Gelu;

/// <summary>GELU and its gradient on a run of elements. These are the CPU bodies.</summary>
[DeviceBodies(typeof(GeluRowOnDevice))]
static class GeluRow
{
    public static void Tanh(ArrayView<float> x, ArrayView<float> y) => SimdMap.Run<TanhMap>(x, y);

    public static void TanhBackward(ArrayView<float> dY, ArrayView<float> x, ArrayView<float> dX) =>
        SimdMap.Run<TanhBackwardMap>(dY, x, dX);

    public static void Erf(ArrayView<float> x, ArrayView<float> y) => SimdMap.Run<ErfMap>(x, y);

    public static void ErfBackward(ArrayView<float> dY, ArrayView<float> x, ArrayView<float> dX) => SimdMap.Run<ErfBackwardMap>(dY, x, dX);

    readonly struct TanhMap : IMap
    {
        public static V Apply<S, V>(V x) where S : struct, ISimd<V> where V : struct => SimdGelu.Tanh<S, V>(x);
    }

    readonly struct TanhBackwardMap : IMap2
    {
        public static V Apply<S, V>(V a, V b) where S : struct, ISimd<V> where V : struct => S.Multiply(a, SimdGelu.TanhGradient<S, V>(b));
    }

    readonly struct ErfMap : IMap
    {
        public static V Apply<S, V>(V x) where S : struct, ISimd<V> where V : struct => SimdGelu.Erf<S, V>(x);
    }

    readonly struct ErfBackwardMap : IMap2
    {
        public static V Apply<S, V>(V a, V b) where S : struct, ISimd<V> where V : struct => S.Multiply(a, SimdGelu.ErfGradient<S, V>(b));
    }
}

/// <summary>The device bodies of <see cref="GeluRow"/>.</summary>
static class GeluRowOnDevice
{
    public static void Tanh(ArrayView<float> x, ArrayView<float> y)
    {
        for (int i = Group.IdxX; i < x.IntLength; i += Group.DimX) y[i] = GeluOnDevice.Tanh(x[i]);
    }

    public static void TanhBackward(ArrayView<float> dY, ArrayView<float> x, ArrayView<float> dX)
    {
        for (int i = Group.IdxX; i < x.IntLength; i += Group.DimX) dX[i] = dY[i] * GeluOnDevice.TanhGradient(x[i]);
    }

    public static void Erf(ArrayView<float> x, ArrayView<float> y)
    {
        for (int i = Group.IdxX; i < x.IntLength; i += Group.DimX) y[i] = GeluOnDevice.Erf(x[i]);
    }

    public static void ErfBackward(ArrayView<float> dY, ArrayView<float> x, ArrayView<float> dX)
    {
        for (int i = Group.IdxX; i < x.IntLength; i += Group.DimX) dX[i] = dY[i] * GeluOnDevice.ErfGradient(x[i]);
    }
}
