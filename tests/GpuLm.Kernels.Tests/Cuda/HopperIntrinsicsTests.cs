using System.Runtime.InteropServices;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.TestKit;
using ILGPU;
using ILGPU.Runtime;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>Barriers in shared memory and bulk copies do what their documentation, which follows the PTX ISA, says.</summary>
public class HopperIntrinsicsTests
{
    const int Rows = 37, Columns = 72, Leading = 80, Matrices = 3;

    [Theory, InlineData(nameof(HopperKernels.Boxes)), InlineData(nameof(HopperKernels.PingPong))]
    [InlineData(nameof(HopperKernels.StoredMatrices))]
    public void The_assembler_accepts_them(string kernel)
    {
        var result = Ptxas.Assemble(CudaCompiler.Compile(typeof(HopperKernels).GetMethod(kernel)!, 9, 0), "sm_90a");
        Assert.True(result.Accepted, result.Log);
    }

    [Theory, MemberData(nameof(TestDevices.HopperNames), MemberType = typeof(TestDevices))]
    public void Barriers_hand_over_what_was_written_before(string name)
    {
        var device = HopperDevice.Get(name);
        using var result = Fenced.Output(device, Warps.Size);
        device.Load<Action<AcceleratorStream, KernelConfig, int, ArrayView<float>>>(HopperKernels.PingPong)(
            device.Stream, new KernelConfig(1, 2 * Warps.Size, SharedMemoryConfig.RequestDynamic<byte>(HopperKernels.SharedBytes)), 7,
            result);
        Assert.All(result.Read(), sum => Assert.Equal(21, sum));
    }

    [Theory, MemberData(nameof(TestDevices.HopperNames), MemberType = typeof(TestDevices))]
    public void Fragments_are_stored_as_the_rows_of_their_matrices(string name)
    {
        var device = HopperDevice.Get(name);
        ushort[] rows = [.. Enumerable.Range(1, 256).Select(i => (ushort)i)], fragments = new ushort[256];
        for (int i = 0; i < fragments.Length; i++)
        {
            // Lane l holds of each matrix the two numbers from (l / 4, 2 (l % 4)) on.
            int lane = i / 8, matrix = i / 2 % 4, row = lane / 4, column = lane % 4 * 2 + i % 2;
            fragments[i] = rows[(matrix * 8 + row) * 8 + column];
        }
        using var input = device.Accelerator.Allocate1D(MemoryMarshal.Cast<ushort, UInt4>(fragments).ToArray());
        using var output = device.Accelerator.Allocate1D<UInt4>(Warps.Size);
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<UInt4>, ArrayView<UInt4>>>(HopperKernels.StoredMatrices)(
            device.Stream, new KernelConfig(1, Warps.Size), input.View, output.View);
        device.Synchronize();
        Assert.Equal(rows, MemoryMarshal.Cast<UInt4, ushort>(output.GetAsArray1D(device.Stream)).ToArray());
    }

    [Theory, MemberData(nameof(TestDevices.HopperNames), MemberType = typeof(TestDevices))]
    public void There_is_room_for_any_number_of_maps(string name)
    {
        var device = HopperDevice.Get(name);
        using var buffer = device.Accelerator.Allocate1D(new ushort[Rows * Leading]);
        var maps = device.TensorMaps!;
        // Each operand is another one, and a block of maps in memory holds fewer than all.
        nint[] addresses =
        [
            .. Enumerable.Range(1, 4 * Rows)
                .Select(i => new TensorMapShape(
                    buffer.NativePtr, Columns - i / Rows, i % Rows + 1, Leading, HopperKernels.BoxColumns, HopperKernels.BoxRows))
                .Select(shape => maps.Find(shape).LoadEffectiveAddressAsPtr()),
        ];
        Assert.All(addresses, address => Assert.Equal(0, address % 64));
        Assert.Equal(addresses.Length, addresses.Distinct().Count());
        device.Synchronize();
    }

    [Theory, MemberData(nameof(TestDevices.HopperNames), MemberType = typeof(TestDevices))]
    public void Boxes_are_swizzled_zero_outside_and_stored_back(string name)
    {
        var device = HopperDevice.Get(name);
        ushort[] source = [.. Enumerable.Range(0, Matrices * Rows * Leading).Select(i => (ushort)(i % 32_749 + 1))];
        using var sourceBuffer = device.Accelerator.Allocate1D(source);
        using var targetBuffer = device.Accelerator.Allocate1D(new ushort[Rows * Leading]);
        using var words = Fenced.Input(device, new uint[3 * HopperKernels.BoxWords]);
        var maps = device.TensorMaps!;
        TensorMapShape Shape(MemoryBuffer1D<ushort, Stride1D.Dense> buffer) =>
            new(buffer.NativePtr, Columns, Rows, Leading, HopperKernels.BoxColumns, HopperKernels.BoxRows);
        var matrix = maps.Find(Shape(sourceBuffer));
        var matrices = maps.Find(Shape(sourceBuffer) with { Matrices = Matrices, Stride = Rows * Leading });
        var target = maps.Find(Shape(targetBuffer));
        Assert.Equal(matrix.LoadEffectiveAddressAsPtr(), maps.Find(Shape(sourceBuffer)).LoadEffectiveAddressAsPtr());

        const int column = 24, row = 29;   // 16 columns and 8 rows of the box lie outside
        device.Load<Action<
            AcceleratorStream, KernelConfig, ArrayView<TensorMapPart>, ArrayView<TensorMapPart>, ArrayView<UInt4>, int, int,
            ArrayView<TensorMapPart>, ArrayView<uint>>>(
            HopperKernels.Boxes)(
            device.Stream, new KernelConfig(1, Warps.Size, SharedMemoryConfig.RequestDynamic<byte>(HopperKernels.SharedBytes)), matrix,
            matrices, sourceBuffer.View.AsContiguous().Cast<UInt4>(), column, row, target, words);

        var halves = MemoryMarshal.Cast<uint, ushort>(words.Read());
        var stored = targetBuffer.GetAsArray1D(device.Stream);
        const int boxLength = HopperKernels.BoxRows * HopperKernels.BoxColumns;
        for (int i = 0; i < HopperKernels.BoxRows; i++)
        {
            for (int j = 0; j < HopperKernels.BoxColumns; j++)
            {
                bool inside = row + i < Rows && column + j < Columns;
                int from = (row + i) * Leading + column + j, swizzled = i * HopperKernels.BoxColumns + (j / 8 ^ i % 8) * 8 + j % 8;
                Assert.Equal(inside ? source[from] : 0, halves[swizzled]);
                Assert.Equal(inside ? source[Rows * Leading + from] : 0, halves[boxLength + swizzled]);
                Assert.Equal(source[i * HopperKernels.BoxColumns + j], halves[2 * boxLength + i * HopperKernels.BoxColumns + j]);
                if (inside) Assert.Equal(source[from] ^ 0x8000, stored[from]);
            }
        }
        Assert.Equal((HopperKernels.BoxRows - 8) * (HopperKernels.BoxColumns - 16), stored.Count(value => value != 0));
    }
}
