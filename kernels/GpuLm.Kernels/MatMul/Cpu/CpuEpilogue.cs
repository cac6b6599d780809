using System.Runtime.CompilerServices;
using GpuLm.Kernels.Gelu;
using GpuLm.Kernels.Primitives.Cpu;

namespace GpuLm.Kernels.MatMul.Cpu;

/// <summary>Finishes a register block that was just stored and is still in the first-level cache.</summary>
static unsafe class CpuEpilogue
{
    /// <summary>Whether an epilogue touches the extra matrix.</summary>
    public static bool TouchesExtra(int epilogue) =>
        (MatMulEpilogue)epilogue is MatMulEpilogue.BiasGelu or MatMulEpilogue.BiasResidual or MatMulEpilogue.GeluGradient;

    public static void Apply<S, V>(int epilogue, float* c, float* bias, float* extra, nint ld, nint rows, nint columns)
        where S : struct, ISimd<V> where V : struct
    {
        switch ((MatMulEpilogue)epilogue)
        {
            case MatMulEpilogue.Bias: Block<S, V, AddBias<S, V>>(c, bias, extra, ld, rows, columns); break;
            case MatMulEpilogue.BiasGelu: Block<S, V, AddBiasGelu<S, V>>(c, bias, extra, ld, rows, columns); break;
            case MatMulEpilogue.BiasResidual: Block<S, V, AddBiasResidual<S, V>>(c, bias, extra, ld, rows, columns); break;
            case MatMulEpilogue.GeluGradient: Block<S, V, MultiplyGeluGradient<S, V>>(c, bias, extra, ld, rows, columns); break;
        }
    }

    // Inlined into its caller, the loop would lose the registers that hold GELU's constants.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Block<S, V, TStep>(float* c, float* bias, float* extra, nint ld, nint rows, nint columns)
        where S : struct, ISimd<V> where V : struct where TStep : struct, IStep<V>
    {
        nint whole = columns / S.Width * S.Width;
        for (nint i = 0; i < rows; i++, c += ld, extra += ld)
        {
            for (nint j = 0; j < whole; j += S.Width)
            {
                V kept = TStep.ReadsExtra ? S.Load(ref *extra, j) : S.Zero;
                V value = TStep.Apply(S.Load(ref *c, j), TStep.ReadsBias ? S.Load(ref *bias, j) : S.Zero, ref kept);
                if (TStep.WritesExtra) S.Store(kept, ref *extra, j);
                S.Store(value, ref *c, j);
            }
            if (whole < columns) RowEnd<S, V, TStep>(c, bias, extra, whole, columns);
        }
    }

    /// <summary>A row's last, partial vector goes through buffers of a full one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void RowEnd<S, V, TStep>(float* c, float* bias, float* extra, nint j, nint columns)
        where S : struct, ISimd<V> where V : struct where TStep : struct, IStep<V>
    {
        float* buffer = stackalloc float[3 * S.Width];
        float* bufferC = buffer, bufferBias = buffer + S.Width, bufferExtra = buffer + 2 * S.Width;
        for (nint r = 0; r < S.Width; r++)
        {
            bool inside = j + r < columns;
            bufferC[r] = inside ? c[j + r] : 0;
            bufferBias[r] = inside && TStep.ReadsBias ? bias[j + r] : 0;
            bufferExtra[r] = inside && TStep.ReadsExtra ? extra[j + r] : 0;
        }
        V lastKept = S.Load(ref *bufferExtra, 0);
        V last = TStep.Apply(S.Load(ref *bufferC, 0), S.Load(ref *bufferBias, 0), ref lastKept);
        S.Store(last, ref *bufferC, 0);
        S.Store(lastKept, ref *bufferExtra, 0);
        for (nint r = 0; j + r < columns; r++)
        {
            c[j + r] = bufferC[r];
            if (TStep.WritesExtra) extra[j + r] = bufferExtra[r];
        }
    }

    /// <summary>What an epilogue does to each element.</summary>
    interface IStep<V>
    {
        static abstract bool ReadsBias { get; }
        static abstract bool ReadsExtra { get; }
        static abstract bool WritesExtra { get; }
        static abstract V Apply(V product, V bias, ref V extra);
    }

    readonly struct AddBias<S, V> : IStep<V> where S : struct, ISimd<V> where V : struct
    {
        public static bool ReadsBias => true;
        public static bool ReadsExtra => false;
        public static bool WritesExtra => false;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V product, V bias, ref V extra) => S.Add(product, bias);
    }

    readonly struct AddBiasGelu<S, V> : IStep<V> where S : struct, ISimd<V> where V : struct
    {
        public static bool ReadsBias => true;
        public static bool ReadsExtra => false;
        public static bool WritesExtra => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V product, V bias, ref V extra)
        {
            extra = S.Add(product, bias);
            return SimdGelu.Tanh<S, V>(extra);
        }
    }

    readonly struct AddBiasResidual<S, V> : IStep<V> where S : struct, ISimd<V> where V : struct
    {
        public static bool ReadsBias => true;
        public static bool ReadsExtra => true;
        public static bool WritesExtra => false;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V product, V bias, ref V extra) => S.Add(S.Add(product, bias), extra);
    }

    readonly struct MultiplyGeluGradient<S, V> : IStep<V> where S : struct, ISimd<V> where V : struct
    {
        public static bool ReadsBias => false;
        public static bool ReadsExtra => true;
        public static bool WritesExtra => false;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply(V product, V bias, ref V extra) => S.Multiply(product, SimdGelu.TanhGradient<S, V>(extra));
    }
}
