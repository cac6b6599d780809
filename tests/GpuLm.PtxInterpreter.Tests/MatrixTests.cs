using Xunit;
using static GpuLm.PtxInterpreter.Tests.TestKernel;

namespace GpuLm.PtxInterpreter.Tests;

/// <summary>
/// mma, ldmatrix and stmatrix against the layouts of the ISA's chapter on warp-level matrix instructions, written down here anew.
/// </summary>
public class MatrixTests
{
    /// <summary>
    /// Element i of A in lane l: row l / 4 and 8 more for i in 2, 3, 6, 7; column 2 (l mod 4) + (i mod 2) and 8 more from i = 4 on.
    /// </summary>
    static (int Row, int Column) A16(int lane, int i) => (lane / 4 + (i % 4 >= 2 ? 8 : 0), lane % 4 * 2 + i % 2 + (i >= 4 ? 8 : 0));

    static (int Row, int Column) B16(int lane, int i) => (lane % 4 * 2 + i % 2 + (i >= 2 ? 8 : 0), lane / 4);

    static (int Row, int Column) C(int lane, int i) => (lane / 4 + (i >= 2 ? 8 : 0), lane % 4 * 2 + i % 2);

    static (int Row, int Column) A32(int lane, int i) => (lane / 4 + (i % 2 == 1 ? 8 : 0), lane % 4 + (i >= 2 ? 4 : 0));

    static (int Row, int Column) B32(int lane, int i) => (lane % 4 + 4 * i, lane / 4);

    static uint Brain(float value) => BitConverter.SingleToUInt32Bits(value) >> 16;

    static uint Half(float value) => BitConverter.HalfToUInt16Bits((Half)value);

    static string Load(string prefix, int registers, ref int word)
    {
        string text = "";
        for (int i = 0; i < registers; i++) text += $"ld.global.u32 {prefix}{i}, [%rd2+{128 * word++}];\n";
        return text;
    }

    static string List(string prefix, int registers) =>
        "{" + string.Join(", ", Enumerable.Range(0, registers).Select(i => $"{prefix}{i}")) + "}";

    /// <summary>
    /// Runs one mma on operands given as matrices and compares with the product in double, whose inputs are small whole numbers.
    /// </summary>
    static void Check(string shape, string type, int k, bool packed,
        Func<int, int, (int, int)> a, Func<int, int, (int, int)> b, Func<float, uint> encode, string accumulator = "f32")
    {
        var random = new Random(7);
        int[,] left = new int[16, k], right = new int[k, 8], start = new int[16, 8];
        foreach (var matrix in new[] { left, right, start })
        {
            for (int i = 0; i < matrix.GetLength(0); i++)
            {
                for (int j = 0; j < matrix.GetLength(1); j++) matrix[i, j] = random.Next(-8, 9);
            }
        }
        int elements = packed ? 2 : 1, aRegisters = 16 * k / 32 / elements, bRegisters = 8 * k / 32 / elements;
        bool halves = accumulator == "f16";
        int cRegisters = halves ? 2 : 4;
        uint[] input = new uint[32 * (aRegisters + bRegisters + cRegisters)];
        for (int lane = 0; lane < 32; lane++)
        {
            for (int i = 0; i < aRegisters * elements; i++)
            {
                var (row, column) = a(lane, i);
                input[i / elements * 32 + lane] |= encode(left[row, column]) << (16 * (i % elements));
            }
            for (int i = 0; i < bRegisters * elements; i++)
            {
                var (row, column) = b(lane, i);
                input[(aRegisters + i / elements) * 32 + lane] |= encode(right[row, column]) << (16 * (i % elements));
            }
            for (int i = 0; i < 4; i++)
            {
                var (row, column) = C(lane, i);
                int register = aRegisters + bRegisters + (halves ? i / 2 : i);
                input[register * 32 + lane] |= halves ? Half(start[row, column]) << (16 * (i % 2))
                    : BitConverter.SingleToUInt32Bits(start[row, column]);
            }
        }
        string c = halves ? "c" : "f";
        int word = 0;
        string body = $".reg .b32 a<8>, b<8>, c<8>; .reg .f32 f<8>;\n{Load("a", aRegisters, ref word)}{Load("b", bRegisters, ref word)}"
            + $"{Load(c, cRegisters, ref word).Replace("u32 f", "f32 f", StringComparison.Ordinal)}"
            + $"mma.sync.aligned.{shape}.row.col.{accumulator}.{type}.{type}.{accumulator} {List(c, cRegisters)}, {List("a", aRegisters)}, "
            + $"{List("b", bRegisters)}, {List(c, cRegisters)};\n"
            + string.Concat(Enumerable.Range(0, cRegisters).Select(i => $"st.global.b32 [%rd3+{i * 128}], {c}{i};\n"));
        uint[] output = Run(body, input, outputWords: 32 * cRegisters);
        for (int lane = 0; lane < 32; lane++)
        {
            for (int i = 0; i < 4; i++)
            {
                var (row, column) = C(lane, i);
                int expected = start[row, column] + Enumerable.Range(0, k).Sum(n => left[row, n] * right[n, column]);
                uint bits = output[(halves ? i / 2 : i) * 32 + lane];
                float result = halves ? (float)BitConverter.UInt16BitsToHalf((ushort)(bits >> (16 * (i % 2))))
                    : BitConverter.UInt32BitsToSingle(bits);
                Assert.Equal(expected, result);
            }
        }
    }

    [Fact]
    public void Bfloat16_16_deep() => Check("m16n8k16", "bf16", 16, true, A16, B16, Brain);

    [Fact]
    public void Bfloat16_8_deep() => Check("m16n8k8", "bf16", 8, true, A16, B16, Brain);

    [Fact]
    public void Fp16_16_deep() => Check("m16n8k16", "f16", 16, true, A16, B16, Half);

    [Fact]
    public void Fp16_with_fp16_sums() => Check("m16n8k16", "f16", 16, true, A16, B16, Half, "f16");

    [Fact]
    public void Tf32_8_deep() => Check("m16n8k8", "tf32", 8, false, A32, B32, BitConverter.SingleToUInt32Bits);

    [Fact]
    public void Tf32_4_deep() => Check("m16n8k4", "tf32", 4, false, A32, B32, BitConverter.SingleToUInt32Bits);

    [Fact]
    public void Tf32_operands_lose_their_lower_bits()
    {
        uint[] output = Run("""
            .reg .b32 a<4>, b<2>; .reg .f32 f<4>;
            mov.b32 a0, 0x3F801FFF; mov.b32 a1, 0; mov.b32 a2, 0; mov.b32 a3, 0;
            mov.b32 b0, 0x3F800000; mov.b32 b1, 0;
            mov.f32 f0, 0f00000000; mov.f32 f1, f0; mov.f32 f2, f0; mov.f32 f3, f0;
            mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {f0, f1, f2, f3}, {a0, a1, a2, a3}, {b0, b1}, {f0, f1, f2, f3};
            mov.b32 %r9, f0;
            st.global.u32 [%rd3], %r9;
            """);
        Assert.Equal(BitConverter.SingleToUInt32Bits(4), output[0]);
    }

    /// <summary>Row r of matrix m holds the values 64 m + 8 r + column; its rows stand in reverse order in shared memory.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    public void Ldmatrix_gives_each_lane_its_pair_and_stmatrix_takes_it_back(int count, bool transposed)
    {
        string suffix = transposed ? ".trans" : "";
        string registers = List("m", count);
        uint[] output = Run($$"""
            .shared .align 16 .b8 tile[1024];
            .reg .b32 m<4>;
            mov.u32 %r1, tile;
            mul.lo.u32 %r3, %r0, 8;
            xor.b32 %r5, %r0, 31;
            mad.lo.u32 %r2, %r5, 16, %r1;
            mad.lo.u32 %r4, %r3, 65537, 65536;
            st.shared.u32 [%r2], %r4;
            add.u32 %r4, %r4, 131074;
            st.shared.u32 [%r2+4], %r4;
            add.u32 %r4, %r4, 131074;
            st.shared.u32 [%r2+8], %r4;
            add.u32 %r4, %r4, 131074;
            st.shared.u32 [%r2+12], %r4;
            ldmatrix.sync.aligned.m8n8.x{{count}}{{suffix}}.shared.b16 {{registers}}, [%r2];
            {{string.Concat(Enumerable.Range(0, count).Select(i => $"st.global.u32 [%rd3+{i * 128}], m{i};\n"))}}
            stmatrix.sync.aligned.m8n8.x{{count}}{{suffix}}.shared.b16 [%r2+512], {{registers}};
            ld.shared.u32 %r6, [%r2+512+4];
            ld.shared.u32 %r7, [%r2+4];
            sub.u32 %r9, %r6, %r7;
            setp.lt.u32 %p1, %r0, {{8 * count}};
            @%p1 st.global.u32 [%rd3+512], %r9;
            """.Replace("+512+4", "+516", StringComparison.Ordinal), outputWords: 160);
        for (int m = 0; m < count; m++)
        {
            for (int lane = 0; lane < 32; lane++)
            {
                int row = lane / 4, column = lane % 4 * 2;
                int low = transposed ? 64 * m + 8 * column + row : 64 * m + 8 * row + column;
                Assert.Equal((uint)(low | (transposed ? low + 8 : low + 1) << 16), output[m * 32 + lane]);
            }
        }
        Assert.All(output[128..(128 + 8 * count)], difference => Assert.Equal(0u, difference));
    }

    [Fact]
    public void A_matrix_instruction_needs_the_whole_warp()
    {
        const string body = """
            .shared .align 16 .b8 tile[512];
            setp.eq.u32 %p1, %r0, 3;
            @%p1 exit;
            ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r1}, [tile];
            """;
        Assert.Contains("divergent", Fault(body).Reason, StringComparison.Ordinal);
        Assert.Contains("misaligned", Fault("""
            .shared .align 16 .b8 tile[512];
            mov.u32 %r2, tile;
            ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r1}, [%r2+8];
            """).Reason, StringComparison.Ordinal);
    }
}
