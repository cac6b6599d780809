using System.Runtime.InteropServices;
using Xunit;

namespace GpuLm.PtxInterpreter.Tests;

/// <summary>Bulk copies of boxes. The tensor is a matrix of 16-bit numbers whose value says their place.</summary>
public sealed unsafe class TensorMapTests : IDisposable
{
    const int Rows = 13, Columns = 72;

    readonly byte* _memory = (byte*)NativeMemory.AlignedAlloc(1 << 16, 1024);

    ushort* Matrix => (ushort*)(_memory + 1024);

    ushort* Output => (ushort*)(_memory + 32768);

    static ushort Value(int row, int column) => (ushort)(row * 100 + column + 1);

    public TensorMapTests()
    {
        new Span<byte>(_memory, 1 << 16).Clear();
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++) Matrix[row * Columns + column] = Value(row, column);
        }
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    PtxTensorMap Map(int columns, int rows, PtxSwizzle swizzle, ushort* matrix) => new()
    {
        ElementBytes = 2, Address = (nint)matrix, Dimensions = [Columns, Rows], Strides = [Columns * 2],
        Box = [columns, rows], Swizzle = swizzle,
    };

    void Launch(string body, PtxTensorMap map)
    {
        map.Encode().CopyTo(new Span<byte>(_memory, 128));
        string text = TestKernel.Text($"""
            .shared .align 1024 .b8 tile[16384];
            .shared .align 8 .b8 gate[8];
            mov.u32 %r1, gate;
            mov.u32 %r4, tile;
            {body}
            """);
        if (TestKit.Ptxas.IsPresent) Assert.True(TestKit.Ptxas.Assemble(text, "sm_90a").Accepted);
        PtxModule.Parse(text).Kernels[0].Launch(new PtxLaunch
        {
            Block = (1, 1, 1),
            Parameters = [.. BitConverter.GetBytes((ulong)_memory), .. BitConverter.GetBytes((ulong)Output)],
            Memory = [new PtxMemoryRange((nint)_memory, 1 << 16)],
        });
    }

    /// <summary>Where the ISA's swizzles put the 16-byte chunk of a byte of shared memory that starts at a multiple of 1,024.</summary>
    static int Swizzled(int offset, PtxSwizzle swizzle)
    {
        int row = offset / 128 % 8, chunk = offset / 16 % 8;
        int permuted = swizzle switch
        {
            PtxSwizzle.Bytes128 => chunk ^ row,
            PtxSwizzle.Bytes64 => chunk ^ (row % 4),
            PtxSwizzle.Bytes32 => chunk ^ (row % 2),
            _ => chunk,
        };
        return offset / 128 * 128 + permuted * 16 + offset % 16;
    }

    [Theory]
    [InlineData(64, 8, PtxSwizzle.Bytes128, 0, 0)]
    [InlineData(64, 8, PtxSwizzle.Bytes128, 32, 9)] // the box hangs over the lower right corner
    [InlineData(32, 16, PtxSwizzle.Bytes64, 8, 2)]
    [InlineData(16, 16, PtxSwizzle.Bytes32, 3, -4)] // and over the upper edge
    [InlineData(72, 5, PtxSwizzle.None, -8, 1)]
    public void A_box_arrives_swizzled_with_zeros_outside_the_tensor(
        int columns, int rows, PtxSwizzle swizzle, int firstColumn, int firstRow)
    {
        int bytes = columns * rows * 2;
        Launch($$"""
            mbarrier.init.shared::cta.b64 [%r1], 1;
            mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r1], {{bytes}};
            mov.u32 %r5, {{firstColumn}};
            mov.u32 %r6, {{firstRow}};
            cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%r4], [%rd0, {%r5, %r6}], [%r1];
            W: mbarrier.try_wait.parity.shared::cta.b64 %p7, [%r1], 0;
            @!%p7 bra W;
            cp.async.bulk.global.shared::cta.bulk_group [%rd1], [%r4], {{bytes}};
            cp.async.bulk.commit_group;
            cp.async.bulk.wait_group 0;
            """, Map(columns, rows, swizzle, Matrix));
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                var (r, c) = (firstRow + row, firstColumn + column);
                ushort expected = r is >= 0 and < Rows && c is >= 0 and < Columns ? Value(r, c) : (ushort)0;
                Assert.Equal(expected, Output[Swizzled((row * columns + column) * 2, swizzle) / 2]);
            }
        }
    }

    [Fact]
    public void A_box_is_stored_without_what_lies_outside_the_tensor()
    {
        const int bytes = 64 * 8 * 2;
        new Span<ushort>(Output, Rows * Columns + 100).Fill(7);
        Launch($$"""
            mbarrier.init.shared::cta.b64 [%r1], 1;
            mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r1], {{bytes}};
            add.u64 %rd4, %rd0, 1024;
            cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%r4], [%rd4], {{bytes}}, [%r1];
            W: mbarrier.try_wait.parity.shared::cta.b64 %p7, [%r1], 0;
            @!%p7 bra W;
            cp.async.bulk.tensor.2d.global.shared::cta.tile.bulk_group [%rd0, {40, 10}], [%r4];
            cp.async.bulk.commit_group;
            cp.async.bulk.wait_group.read 0;
            """, Map(64, 8, PtxSwizzle.None, Output));
        for (int i = 0; i < Rows * Columns + 100; i++)
        {
            var (row, column) = (i / Columns, i % Columns);
            ushort expected = row is >= 10 and < Rows && column >= 40 ? Matrix[(row - 10) * 64 + column - 40] : (ushort)7;
            Assert.Equal(expected, Output[i]);
        }
    }

    [Fact]
    public void What_is_no_tensor_map_or_lies_at_a_wrong_place_is_a_fault()
    {
        const string load = "mbarrier.init.shared::cta.b64 [%r1], 1; mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r1], 1024;"
            + "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%r4{0}], [%rd{1}, {0, 0}], [%r1];";
        var map = Map(64, 8, PtxSwizzle.Bytes128, Matrix);
        string At(string displacement, string register) =>
            load.Replace("{0}", displacement, StringComparison.Ordinal).Replace("{1}", register, StringComparison.Ordinal);
        Assert.Contains("tensor map", Assert.Throws<PtxFault>(() => Launch(At("", "1"), map)).Reason, StringComparison.Ordinal);
        Assert.Contains("misaligned", Assert.Throws<PtxFault>(() => Launch(At("+128", "0"), map)).Reason, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Map(80, 8, PtxSwizzle.Bytes128, Matrix).Encode());
    }
}
