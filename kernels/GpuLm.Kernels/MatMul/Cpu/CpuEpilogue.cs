using GpuLm.Kernels.Gelu;
using GpuLm.Kernels.Primitives.Cpu;

namespace GpuLm.Kernels.MatMul.Cpu;

/// <summary>Finishes a register block that was just stored and is still in the first-level cache.</summary>
static unsafe class CpuEpilogue
{
    public static void Apply<S, V>(int epilogue, float* c, float* bias, float* extra, nint ld, nint rows, nint columns)
        where S : struct, ISimd<V> where V : struct
    {
        for (nint i = 0; i < rows; i++, c += ld, extra += ld)
        {
            switch ((MatMulEpilogue)epilogue)
            {
                case MatMulEpilogue.Bias: Row<S, V, AddBias<S, V>>(c, bias, extra, columns); break;
                case MatMulEpilogue.BiasGelu: Row<S, V, AddBiasGelu<S, V>>(c, bias, extra, columns); break;
                case MatMulEpilogue.BiasResidual: Row<S, V, AddBiasResidual<S, V>>(c, bias, extra, columns); break;
                case MatMulEpilogue.GeluGradient: Row<S, V, MultiplyGeluGradient<S, V>>(c, bias, extra, columns); break;
            }
        }
    }

    static void Row<S, V, TStep>(float* c, float* bias, float* extra, nint columns)
        where S : struct, ISimd<V> where V : struct where TStep : struct, IStep<V>
    {
        nint j = 0;
        for (; j + S.Width <= columns; j += S.Width)
        {
            V kept = TStep.ReadsExtra ? S.Load(ref extra[j], 0) : S.Zero;
            V value = TStep.Apply(S.Load(ref c[j], 0), TStep.ReadsBias ? S.Load(ref bias[j], 0) : S.Zero, ref kept);
            if (TStep.WritesExtra) S.Store(kept, ref extra[j], 0);
            S.Store(value, ref c[j], 0);
        }
        if (j == columns) return;
        // The last, partial vector goes through buffers of a full one.
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
        public static V Apply(V product, V bias, ref V extra) => S.Add(product, bias);
    }

    readonly struct AddBiasGelu<S, V> : IStep<V> where S : struct, ISimd<V> where V : struct
    {
        public static bool ReadsBias => true;
        public static bool ReadsExtra => false;
        public static bool WritesExtra => true;

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
        public static V Apply(V product, V bias, ref V extra) => S.Add(S.Add(product, bias), extra);
    }

    readonly struct MultiplyGeluGradient<S, V> : IStep<V> where S : struct, ISimd<V> where V : struct
    {
        public static bool ReadsBias => false;
        public static bool ReadsExtra => true;
        public static bool WritesExtra => false;
        public static V Apply(V product, V bias, ref V extra) => S.Multiply(product, SimdGelu.TanhGradient<S, V>(extra));
    }
}
