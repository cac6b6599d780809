using Xunit;
using static GpuLm.PtxInterpreter.Tests.TestKernel;

namespace GpuLm.PtxInterpreter.Tests;

/// <summary>
/// wgmma against the ISA's canonical layouts, in units of 16 bytes (8 numbers) and written as (shape):(stride) with s units to a swizzled
/// row:
/// K-major ((8,n),2):((s,SBO),1), without a swizzle ((8,n),2):((1,SBO),LBO); MN-major ((s,n),(8,2)):((1,LBO),(s,SBO)), without a swizzle
/// ((1,n),(8,2)):((-,SBO),(1,LBO)); then the chunk number is exclusive-ored with that of the 128-byte row.
/// </summary>
public class WarpGroupTests
{
    const int BytesB = 16384;

    /// <param name="Span">Units to a swizzled row: 1 (no swizzle), 2, 4 or 8.</param>
    /// <param name="AcrossK">MN-major.</param>
    /// <param name="Leading">LBO in units.</param>
    /// <param name="Stride">SBO in units.</param>
    readonly record struct Layout(int Span, bool AcrossK, int Leading, int Stride)
    {
        /// <summary>The place of a number, in numbers from the start of shared memory's tile.</summary>
        public int Place(int row, int k)
        {
            int unit = (Span, AcrossK) switch
            {
                (1, false) => row % 8 + row / 8 * Stride + k / 8 * Leading,
                (_, false) => row % 8 * Span + row / 8 * Stride + k / 8,
                (1, true) => row / 8 * Stride + k % 8 + k / 8 * Leading,
                _ => row / 8 % Span + row / 8 / Span * Leading + k % 8 * Span + k / 8 * Stride,
            };
            int swizzled = unit ^ (unit / 8 % Span);
            return swizzled * 8 + (AcrossK ? row : k) % 8;
        }

        public ulong Descriptor =>
            (ulong)(Span switch { 8 => 1, 4 => 2, 2 => 3, _ => 0 }) << 62 | (ulong)Stride << 32 | (ulong)Leading << 16;
    }

    static Layout Of(int span, bool acrossK) => acrossK
        ? new Layout(span, true, span == 1 ? 8 * 32 : 16 * span, span == 1 ? 8 : 8 * span)
        : new Layout(span, false, span == 1 ? 8 * 32 : 1, 8 * span);

    static uint Brain(float value) => BitConverter.SingleToUInt32Bits(value) >> 16;

    static string List(int count) => "{" + string.Join(", ", Enumerable.Range(0, count).Select(i => $"d{i}")) + "}";

    /// <summary>Copies the input to shared memory, sets the sums to 1 and the descriptors, multiplies, and stores the sums.</summary>
    static string Body(int columns, ulong a, ulong b, string multiply) => $$"""
        .shared .align 1024 .b8 tile[32768];
        .reg .f32 d<{{columns / 2}}>;
        mov.u32 %r4, tile;
        mov.u32 %r5, %r0;
        COPY:
        mul.wide.u32 %rd5, %r5, 4;
        add.u64 %rd5, %rd0, %rd5;
        ld.global.u32 %r6, [%rd5];
        mad.lo.u32 %r7, %r5, 4, %r4;
        st.shared.u32 [%r7], %r6;
        add.u32 %r5, %r5, 128;
        setp.lt.u32 %p1, %r5, 8192;
        @%p1 bra COPY;
        fence.proxy.async.shared::cta;
        bar.sync 0;
        {{string.Concat(Enumerable.Range(0, columns / 2).Select(i => $"mov.f32 d{i}, 0f3F800000;\n"))}}
        shr.u32 %r8, %r4, 4;
        cvt.u64.u32 %rd6, %r8;
        add.u64 %rd7, %rd6, {{a}};
        add.u64 %rd8, %rd6, {{b + BytesB / 16}};
        setp.eq.u32 %p2, 0, 0;
        setp.ne.u32 %p3, 0, 0;
        {{multiply}}
        {{string.Concat(Enumerable.Range(0, columns / 2).Select(i => $"st.global.f32 [%rd3+{i * 512}], d{i};\n"))}}
        """;

    static string Multiply(int columns, string a, string scale = "%p2, 1, 1", string major = "0, 0") => $"""
        wgmma.fence.sync.aligned;
        wgmma.mma_async.sync.aligned.m64n{columns}k16.f32.bf16.bf16 {List(columns / 2)}, {a}, %rd8, {scale}, {major};
        wgmma.commit_group.sync.aligned;
        wgmma.wait_group.sync.aligned 0;
        """;

    static int A(int row, int k) => (row * 7 + k * 3) % 17 - 8;

    static int B(int k, int column) => (column * 5 + k * 11) % 13 - 6;

    static uint[] Image(Layout a, Layout b, int columns)
    {
        ushort[] image = new ushort[16384];
        for (int k = 0; k < 16; k++)
        {
            for (int row = 0; row < 64; row++) image[a.Place(row, k)] = (ushort)Brain(A(row, k));
            for (int column = 0; column < columns; column++) image[BytesB / 2 + b.Place(column, k)] = (ushort)Brain(B(k, column));
        }
        return [.. image.Chunk(2).Select(pair => pair[0] | (uint)pair[1] << 16)];
    }

    static void Check(uint[] output, int columns, Func<int, int> sum)
    {
        for (int thread = 0; thread < 128; thread++)
        {
            for (int i = 0; i < columns / 2; i++)
            {
                int row = thread / 32 * 16 + thread % 32 / 4 + i / 2 % 2 * 8, column = i / 4 * 8 + thread % 4 * 2 + i % 2;
                int product = Enumerable.Range(0, 16).Sum(k => A(row, k) * B(k, column));
                Assert.Equal(sum(product), BitConverter.UInt32BitsToSingle(output[i * 128 + thread]));
            }
        }
    }

    [Theory]
    [InlineData(8, 1, false, false)]
    [InlineData(24, 2, false, false)]
    [InlineData(64, 4, false, false)]
    [InlineData(128, 8, false, false)]
    [InlineData(64, 1, true, true)]
    [InlineData(32, 2, true, true)]
    [InlineData(64, 4, true, true)]
    [InlineData(128, 8, true, true)]
    [InlineData(64, 8, false, true)]
    [InlineData(64, 8, true, false)]
    public void A_product_of_operands_in_every_layout(int columns, int span, bool acrossA, bool acrossB)
    {
        var (a, b) = (Of(span, acrossA), Of(span, acrossB));
        string major = $"{(acrossA ? 1 : 0)}, {(acrossB ? 1 : 0)}";
        string body = Body(columns, a.Descriptor, b.Descriptor, Multiply(columns, "%rd7", major: major));
        Check(Run(body, Image(a, b, columns), outputWords: 64 * columns, threads: 128), columns, product => product + 1);
    }

    [Theory]
    [InlineData("%p3, 1, 1", 1, 0)]
    [InlineData("%p2, -1, 1", -1, 1)]
    [InlineData("%p2, -1, -1", 1, 1)]
    public void The_scales_choose_signs_and_whether_to_add(string scale, int sign, int start)
    {
        var layout = Of(8, false);
        string body = Body(16, layout.Descriptor, layout.Descriptor, Multiply(16, "%rd7", scale));
        Check(Run(body, Image(layout, layout, 16), outputWords: 1024, threads: 128), 16, product => sign * product + start);
    }

    [Fact]
    public void A_may_lie_in_registers()
    {
        var layout = Of(8, false);
        // Each lane reads its own fragment: rows of A are 128 bytes, chunks swizzled by the row.
        string load = string.Concat(Enumerable.Range(0, 4).Select(i => $"""
            shr.u32 %r10, %r0, 5;
            shl.b32 %r10, %r10, 4;
            and.b32 %r11, %r0, 31;
            shr.u32 %r12, %r11, 2;
            add.u32 %r10, %r10, %r12;
            add.u32 %r10, %r10, {i % 2 * 8};
            and.b32 %r13, %r10, 7;
            xor.b32 %r13, %r13, {i / 2};
            and.b32 %r11, %r11, 3;
            shl.b32 %r10, %r10, 7;
            shl.b32 %r13, %r13, 4;
            shl.b32 %r11, %r11, 2;
            add.u32 %r10, %r10, %r13;
            add.u32 %r10, %r10, %r11;
            add.u32 %r10, %r10, %r4;
            ld.shared.u32 %r{20 + i}, [%r10];

            """));
        string body = Body(32, 0, layout.Descriptor, load + Multiply(32, "{%r20, %r21, %r22, %r23}", major: "0"));
        Check(Run(body, Image(layout, layout, 32), outputWords: 2048, threads: 128), 32, product => product + 1);
    }

    [Fact]
    public void Sabotage_sums_that_nobody_waited_for_are_no_numbers()
    {
        var layout = Of(8, false);
        string body = Body(16, layout.Descriptor, layout.Descriptor,
            Multiply(16, "%rd7").Replace("wgmma.wait_group.sync.aligned 0;", "wgmma.wait_group.sync.aligned 1;", StringComparison.Ordinal));
        Assert.All(AsFloats(Run(body, Image(layout, layout, 16), outputWords: 1024, threads: 128)), value =>
            Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void Sabotage_overwriting_an_operand_before_the_wait_is_a_race()
    {
        var layout = Of(8, false);
        string body = Body(16, layout.Descriptor, layout.Descriptor, Multiply(16, "%rd7")
            .Replace("wgmma.wait", "st.shared.u32 [%r4], 0;\nwgmma.wait", StringComparison.Ordinal));
        var fault = Assert.Throws<PtxFault>(() => Run(body, Image(layout, layout, 16), outputWords: 1024, threads: 128));
        Assert.Contains("race", fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_product_needs_a_fence_and_operands_must_be_in_shared_memory()
    {
        var layout = Of(8, false);
        string fenceless = Multiply(16, "%rd7").Replace("wgmma.fence.sync.aligned;", "", StringComparison.Ordinal);
        var fault = Assert.Throws<PtxFault>(() =>
            Run(Body(16, layout.Descriptor, layout.Descriptor, fenceless), Image(layout, layout, 16), outputWords: 1024, threads: 128));
        Assert.Contains("fence", fault.Reason, StringComparison.Ordinal);
        fault = Assert.Throws<PtxFault>(() => Run(Body(16, layout.Descriptor + 2000, layout.Descriptor, Multiply(16, "%rd7")),
            Image(layout, layout, 16), outputWords: 1024, threads: 128));
        Assert.Contains("out-of-range", fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_number_of_registers_may_be_changed() =>
        Assert.Equal(3u, Run("setmaxnreg.dec.sync.aligned.u32 40; mov.u32 %r9, 3; st.global.u32 [%rd3], %r9;", threads: 128,
            outputWords: 128)[127]);
}
