using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>What mma and wgmma share: operands as floats, and the product of two small matrices.</summary>
static unsafe class Fragments
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Value(ushort bits, bool brain) =>
        brain ? BitConverter.UInt32BitsToSingle((uint)bits << 16) : (float)BitConverter.UInt16BitsToHalf(bits);

    /// <summary>Eight 16-bit numbers that lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Eight(ushort* source, bool brain)
    {
        if (brain)
        {
            var (low, high) = Vector128.Widen(Vector128.Load(source));
            return (Vector256.Create(low, high) << 16).AsSingle();
        }
        float* values = stackalloc float[8];
        for (int i = 0; i < 8; i++) values[i] = Value(source[i], brain: false);
        return Vector256.Load(values);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float TruncatedTensorFloat(uint bits) => BitConverter.UInt32BitsToSingle(bits & 0xFFFFE000);

    /// <summary>
    /// result (rows, columns) += a (rows, depth) b (depth, columns), all row by row with their own strides; columns is a multiple of 8.
    /// Each element takes its products in the order of the depth, one fused multiply-add each.
    /// </summary>
    public static void MultiplyAdd(
        float* a, int aStride, float* b, int bStride, float* result, int resultStride, int rows, int columns, int depth)
    {
        for (int column = 0; column < columns; column += 8)
        {
            for (int row = 0; row < rows; row += 4)
            {
                float* target = result + row * resultStride + column, source = a + row * aStride;
                var sum0 = Vector256.Load(target);
                var sum1 = Vector256.Load(target + resultStride);
                var sum2 = Vector256.Load(target + 2 * resultStride);
                var sum3 = Vector256.Load(target + 3 * resultStride);
                for (int k = 0; k < depth; k++)
                {
                    var values = Vector256.Load(b + k * bStride + column);
                    sum0 = Vector256.FusedMultiplyAdd(Vector256.Create(source[k]), values, sum0);
                    sum1 = Vector256.FusedMultiplyAdd(Vector256.Create(source[aStride + k]), values, sum1);
                    sum2 = Vector256.FusedMultiplyAdd(Vector256.Create(source[2 * aStride + k]), values, sum2);
                    sum3 = Vector256.FusedMultiplyAdd(Vector256.Create(source[3 * aStride + k]), values, sum3);
                }
                sum0.Store(target);
                sum1.Store(target + resultStride);
                sum2.Store(target + 2 * resultStride);
                sum3.Store(target + 3 * resultStride);
            }
        }
    }
}
