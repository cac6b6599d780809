using System.Runtime.Intrinsics;
using GpuLm.Kernels.Primitives.Cpu;
using GpuLm.TestKit;
using Xunit;
using Xunit.Sdk;

namespace GpuLm.Kernels.Tests;

public class SimdMathTests
{
    [Fact]
    public void Every_width_is_within_its_ulps()
    {
        CheckWidth<Simd512, Vector512<float>>();
        CheckWidth<Simd256, Vector256<float>>();
        CheckWidth<Simd128, Vector128<float>>();
    }

    [Fact]
    public void An_exponential_of_the_wrong_base_is_caught() =>
        Assert.Throws<TrueException>(
            () => Check<Simd128, Vector128<float>>("e^x", SimdMath.Exp<Simd128, Vector128<float>>, double.Exp2, 2, 80));

    static void CheckWidth<S, V>() where S : struct, ISimd<V> where V : struct
    {
        Check<S, V>("2^x", SimdMath.Exp2<S, V>, double.Exp2, ulps: 2, limit: 126);
        Check<S, V>("e^x", SimdMath.Exp<S, V>, Math.Exp, ulps: 2, limit: 87);
        Check<S, V>("1 / (1 + 2^x)", SimdMath.SigmoidOfExponent<S, V>, x => 1 / (1 + double.Exp2(x)), ulps: 4, limit: 125);
        Check<S, V>("1 / x", S.Reciprocal, x => 1 / x, ulps: 2, limit: 1e30);

        Assert.Equal(MathF.ScaleB(1, -126), Only<S, V>(SimdMath.SigmoidOfExponent<S, V>, float.PositiveInfinity));
        Assert.Equal(1, Only<S, V>(SimdMath.SigmoidOfExponent<S, V>, float.NegativeInfinity));
        Assert.True(float.IsNaN(Only<S, V>(SimdMath.Exp2<S, V>, float.NaN)), "2^NaN is a number");
        Assert.True(float.IsNaN(Only<S, V>(SimdMath.Exp<S, V>, float.NaN)), "e^NaN is a number");
    }

    static void Check<S, V>(string what, Func<V, V> function, Func<double, double> exact, double ulps, double limit)
        where S : struct, ISimd<V> where V : struct
    {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            // Half of the arguments are small.
            float x = (float)((2 * random.NextDouble() - 1) * (i % 2 == 0 ? limit : 1));
            double expected = exact(x), error = Math.Abs(Only<S, V>(function, x) - expected) / (2 * Budget.U * Math.Abs(expected));
            Assert.True(error <= ulps, $"{what} with {S.Width} lanes is off by {error} ulp at x = {x:R}");
        }
    }

    static float Only<S, V>(Func<V, V> function, float x) where S : struct, ISimd<V> where V : struct =>
        S.MaxElement(function(S.Broadcast(x)));
}
