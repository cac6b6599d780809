using System.Runtime.InteropServices;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.TestKit;
using ILGPU;
using ILGPU.Runtime;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>Every typed intrinsic does what its documentation, which follows the PTX ISA, says.</summary>
public class IntrinsicsTests
{
    static readonly KernelConfig OneWarp = new(1, Warps.Size);

    [Fact]
    public void Every_intrinsic_has_its_handler_and_refuses_to_run_as_a_method()
    {
        Assert.True(PtxIntrinsics.All.Count() > 20);
        Assert.Throws<NotSupportedException>(() => Numbers.Exp2(1));
    }

    [Theory]
    [InlineData(nameof(IntrinsicsKernels.Functions)), InlineData(nameof(IntrinsicsKernels.Rounding))]
    [InlineData(nameof(IntrinsicsKernels.Exchange)), InlineData(nameof(IntrinsicsKernels.Multiply16))]
    [InlineData(nameof(IntrinsicsKernels.MultiplyTf32)), InlineData(nameof(IntrinsicsKernels.Matrices))]
    public void The_assembler_accepts_them(string kernel)
    {
        var result = Ptxas.Assemble(CudaCompiler.Compile(typeof(IntrinsicsKernels).GetMethod(kernel)!, 8, 0), "sm_80");
        Assert.True(result.Accepted, result.Log);
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Fast_functions_keep_their_error(string name)
    {
        var device = TestDevices.Get(name);
        float[] x = [.. new TestRandom().Uniform(200, 1e-3, 8), 1e-30f, 1, 2, 100];
        using var input = Fenced.Input(device, x);
        using var output = Fenced.Output(device, 5 * x.Length);
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>>>(IntrinsicsKernels.Functions)(
            device.Stream, OneWarp, input, output);
        float[] y = output.Read();
        for (int i = 0; i < x.Length; i++)
        {
            double value = x[i];
            Near(Math.Pow(2, value), y[5 * i], 1e-6, "2^x", value);
            double log = Math.Log2(value);
            Assert.True(Math.Abs(log - y[5 * i + 1]) <= 3e-7 * Math.Max(1, Math.Abs(log)), $"log2({value}) = {y[5 * i + 1]}");
            Near(1 / Math.Sqrt(value), y[5 * i + 2], 3e-7, "1/sqrt(x)", value);
            Near(1 / value, y[5 * i + 3], 2.4e-7, "1/x", value);
            Near(Math.Tanh(value), y[5 * i + 4], 5e-4, "tanh(x)", value);
        }
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Rounding_to_bf16_and_tf32_is_to_the_nearest(string name)
    {
        var device = TestDevices.Get(name);
        float[] x = [.. new TestRandom().WithOutliers(126), 1 + 1f / 256, 1 + 3f / 256];
        using var input = Fenced.Input(device, x);
        using var pairs = Fenced.Input(device, new uint[x.Length / 2]);
        using var parts = Fenced.Output(device, x.Length);
        using var tf32 = Fenced.Input(device, new uint[x.Length / 2]);
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<uint>, ArrayView<float>, ArrayView<uint>>>(
            IntrinsicsKernels.Rounding)(device.Stream, OneWarp, input, pairs, parts, tf32);
        float[] expected = Array.ConvertAll(x, value => BFloat16.FromSingle(value).ToSingle());
        Budget.CheckSameBits(expected, parts.Read());
        Assert.All(
            pairs.Read().Select((pair, i) => (pair, i)), item => Assert.Equal(BFloat16.FromSingle(x[2 * item.i]).Bits, (ushort)item.pair));
        Assert.All(tf32.Read().Select((bits, i) => (bits, i)), item =>
        {
            Assert.Equal(0u, item.bits & 0x1FFF);
            Near(x[item.i], BitConverter.UInt32BitsToSingle(item.bits), Math.Pow(2, -11), "tf32", x[item.i]);
        });
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Warps_exchange_sum_and_compare(string name)
    {
        var device = TestDevices.Get(name);
        float[] x = [.. Enumerable.Range(0, 32).Select(i => (float)(i * 37 % 32))];
        using var input = Fenced.Input(device, x);
        using var output = Fenced.Output(device, 128);
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>>>(IntrinsicsKernels.Exchange)(
            device.Stream, OneWarp, input, output);
        float[] y = output.Read();
        for (int lane = 0; lane < 32; lane++)
        {
            Assert.Equal((x[lane ^ 5], x[31 - lane], 496f, 31f), (y[lane], y[32 + lane], y[64 + lane], y[96 + lane]));
        }
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Products_of_sixteen_bit_numbers_are_right(string name)
    {
        var device = TestDevices.Get(name);
        var multiply = device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<UInt4>, ArrayView<UInt2>, ArrayView<Float4>, int>>(
            IntrinsicsKernels.Multiply16);
        foreach (int kind in (int[])[0, 1])
        {
            // Small whole numbers are exact in both formats, and so are their sums.
            var (a, b, c) = (Whole(16, 16, 3), Whole(16, 8, 5), Whole(16, 8, 7));
            uint Pair(float low, float high) => kind == 0
                ? BFloat16.FromSingle(low).Bits | (uint)BFloat16.FromSingle(high).Bits << 16
                : BitConverter.HalfToUInt16Bits((System.Half)low) | (uint)BitConverter.HalfToUInt16Bits((System.Half)high) << 16;
            var (fragmentsA, fragmentsB) = (new UInt4[32], new UInt2[32]);
            for (int lane = 0; lane < 32; lane++)
            {
                int g = lane / 4, t = lane % 4;
                uint InA(int row, int column) => Pair(a[row, column], a[row, column + 1]);
                uint InB(int row) => Pair(b[row, g], b[row + 1, g]);
                fragmentsA[lane] = new() { X = InA(g, 2 * t), Y = InA(g + 8, 2 * t), Z = InA(g, 2 * t + 8), W = InA(g + 8, 2 * t + 8) };
                fragmentsB[lane] = new() { X = InB(2 * t), Y = InB(2 * t + 8) };
            }
            Float4[] sums = Sums(c);
            Run(device, fragmentsA, fragmentsB, sums, (x, y, z) => multiply(device.Stream, OneWarp, x, y, z, kind));
            CheckProduct(a, b, c, sums);
        }
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Products_of_tf32_numbers_are_right(string name)
    {
        var device = TestDevices.Get(name);
        var multiply = device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<UInt4>, ArrayView<UInt2>, ArrayView<Float4>>>(
            IntrinsicsKernels.MultiplyTf32);
        var (a, b, c) = (Whole(16, 8, 3), Whole(8, 8, 5), Whole(16, 8, 7));
        var (fragmentsA, fragmentsB) = (new UInt4[32], new UInt2[32]);
        for (int lane = 0; lane < 32; lane++)
        {
            int g = lane / 4, t = lane % 4;
            fragmentsA[lane] = new() { X = Bits(a[g, t]), Y = Bits(a[g + 8, t]), Z = Bits(a[g, t + 4]), W = Bits(a[g + 8, t + 4]) };
            fragmentsB[lane] = new() { X = Bits(b[t, g]), Y = Bits(b[t + 4, g]) };
        }
        Float4[] sums = Sums(c);
        Run(device, fragmentsA, fragmentsB, sums, (x, y, z) => multiply(device.Stream, OneWarp, x, y, z));
        CheckProduct(a, b, c, sums);
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Matrices_come_out_of_shared_memory_as_they_were_copied(string name)
    {
        var device = TestDevices.Get(name);
        ushort[] halves = [.. Enumerable.Range(1, 256).Select(i => (ushort)i)];
        using var rows = device.Accelerator.Allocate1D(MemoryMarshal.Cast<ushort, UInt4>(halves).ToArray());
        using var plain = device.Accelerator.Allocate1D<UInt4>(32);
        using var transposed = device.Accelerator.Allocate1D<UInt4>(32);
        using var stored = device.Accelerator.Allocate1D<UInt4>(32);
        const int bytesOfLast = 6;
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<UInt4>, int, ArrayView<UInt4>, ArrayView<UInt4>, ArrayView<UInt4>>>(
            IntrinsicsKernels.Matrices)(device.Stream, OneWarp, rows.View, bytesOfLast, plain.View, transposed.View, stored.View);
        device.Synchronize();
        for (int row = 30; row < 32; row++) Array.Clear(halves, row * 8 + bytesOfLast / 2, 8 - bytesOfLast / 2);

        ushort At(int matrix, int row, int column) => halves[(matrix * 8 + row) * 8 + column];
        ushort[] Halves(MemoryBuffer1D<UInt4, Stride1D.Dense> buffer) =>
            MemoryMarshal.Cast<UInt4, ushort>(buffer.GetAsArray1D(device.Stream)).ToArray();
        var (direct, turned) = (Halves(plain), Halves(transposed));
        Assert.Equal(halves, Halves(stored));
        for (int lane = 0; lane < 32; lane++)
        {
            for (int matrix = 0; matrix < 4; matrix++)
            {
                int at = (lane * 4 + matrix) * 2, g = lane / 4, t = lane % 4 * 2;
                Assert.Equal((At(matrix, g, t), At(matrix, g, t + 1)), (direct[at], direct[at + 1]));
                Assert.Equal((At(matrix, t, g), At(matrix, t + 1, g)), (turned[at], turned[at + 1]));
            }
        }
    }

    static void Run(
        ComputeDevice device, UInt4[] a, UInt2[] b, Float4[] c, Action<ArrayView<UInt4>, ArrayView<UInt2>, ArrayView<Float4>> launch)
    {
        using var viewA = device.Accelerator.Allocate1D(a);
        using var viewB = device.Accelerator.Allocate1D(b);
        using var viewC = device.Accelerator.Allocate1D(c);
        launch(viewA.View, viewB.View, viewC.View);
        device.Synchronize();
        viewC.View.CopyToCPU(device.Stream, c);
        device.Synchronize();
    }

    static Float4[] Sums(float[,] c) =>
        [.. Enumerable.Range(0, 32).Select(lane => (g: lane / 4, t: lane % 4 * 2)).Select(at =>
            new Float4 { X = c[at.g, at.t], Y = c[at.g, at.t + 1], Z = c[at.g + 8, at.t], W = c[at.g + 8, at.t + 1] })];

    static void CheckProduct(float[,] a, float[,] b, float[,] c, Float4[] sums)
    {
        var expected = new float[16, 8];
        for (int i = 0; i < 16; i++)
        {
            for (int j = 0; j < 8; j++)
            {
                expected[i, j] = c[i, j];
                for (int k = 0; k < a.GetLength(1); k++) expected[i, j] += a[i, k] * b[k, j];
            }
        }
        Assert.Equal(Sums(expected), sums);
    }

    static float[,] Whole(int rows, int columns, int factor)
    {
        var matrix = new float[rows, columns];
        for (int i = 0; i < rows * columns; i++) matrix[i / columns, i % columns] = i * factor % 11 - 5;
        return matrix;
    }

    static uint Bits(float value) => BitConverter.SingleToUInt32Bits(value);

    static void Near(double expected, float actual, double relative, string what, double x) =>
        Assert.True(
            Math.Abs(actual - expected) <= relative * Math.Abs(expected), $"{what} at {x:g9} is {actual:g9} instead of {expected:g9}");
}
