using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Gelu;
using ILGPU;

namespace GpuLm.Kernels.MatMul.Cuda;

/// <summary>What follows a product, in fp32: beta C, bias, GELU, residual, GELU's gradient, and the rounding to C's format.</summary>
static class TensorCoreEpilogue
{
    /// <summary>
    /// C[index..] = epilogue(beta C[index..] + product) for the numbers that an access holds, which lie in one row from
    /// <paramref name="column"/> on.
    /// </summary>
    public static void Write<TAccess>(
        Float8 product, ArrayView<float> bias, ArrayView<byte> extra, TensorCorePlan plan, long index, int column, ArrayView<byte> c)
        where TAccess : struct, IEpilogueAccess
    {
        var access = default(TAccess);
        if (plan.Beta != 0f) product += access.Load(c, index, plan.WideC) * plan.Beta;
        if (plan.Epilogue == (int)MatMulEpilogue.GeluGradient)
        {
            product *= access.Load(extra, index, plan.WideC).TanhGeluGradient();
        }
        else if (plan.Epilogue != (int)MatMulEpilogue.None)
        {
            product += access.LoadBias(bias, column);
            if (plan.Epilogue == (int)MatMulEpilogue.BiasResidual) product += access.Load(extra, index, plan.WideC);
            if (plan.Epilogue == (int)MatMulEpilogue.BiasGelu)
            {
                // GELU sees the pre-activation as it is kept: who computes it again later gets the same bits.
                if (plan.WideC == 0) product = Float8.Unpack(product.Pack());
                access.Store(product, extra, index, plan.WideC);
                product = product.TanhGelu();
            }
        }
        access.Store(product, c, index, plan.WideC);
    }

    /// <summary>
    /// Finishes up to eight neighbours of a row whose sums lie in shared memory, those that lie in C; or, where K is split, hands the sums
    /// on.
    /// </summary>
    public static void Finish(
        uint address, ArrayView<float> bias, ArrayView<byte> extra, TensorCorePlan plan, int row, int column, int split,
        ArrayView<float> partials, long startC, ArrayView<byte> c)
    {
        long index = startC + (long)row * plan.LeadingC + column;
        if (plan.Splits > 1)
        {
            Load(address).Store(partials.Cast<Float4>(), (((long)split * plan.M + row) * plan.LeadingPartial + column) / 8);
        }
        else if (plan.VectorC != 0 && column + 8 <= plan.N)
        {
            Write<EightAtOnce>(Load(address), bias, extra, plan, index, column, c);
        }
        else
        {
            for (int i = 0; i < IntrinsicMath.Min(8, plan.N - column); i++)
            {
                float sum = SharedAccess.LoadFloat(address + (uint)(sizeof(float) * i));
                Write<OneByOne>(Float8.All(sum), bias, extra, plan, index + i, column + i, c);
            }
        }
    }

    static Float8 Load(uint address) => new() { Low = SharedAccess.LoadFloat4(address), High = SharedAccess.LoadFloat4(address + 16) };

    static Float8 TanhGelu(this Float8 x) => new() { Low = TanhGelu(x.Low), High = TanhGelu(x.High) };

    static Float4 TanhGelu(Float4 x) =>
        Float8.Four(GeluOnDevice.Tanh(x.X), GeluOnDevice.Tanh(x.Y), GeluOnDevice.Tanh(x.Z), GeluOnDevice.Tanh(x.W));

    static Float8 TanhGeluGradient(this Float8 x) => new() { Low = TanhGeluGradient(x.Low), High = TanhGeluGradient(x.High) };

    static Float4 TanhGeluGradient(Float4 x) => Float8.Four(
        GeluOnDevice.TanhGradient(x.X), GeluOnDevice.TanhGradient(x.Y), GeluOnDevice.TanhGradient(x.Z), GeluOnDevice.TanhGradient(x.W));
}
