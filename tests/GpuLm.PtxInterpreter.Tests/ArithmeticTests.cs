using Xunit;
using static GpuLm.PtxInterpreter.Tests.TestKernel;

namespace GpuLm.PtxInterpreter.Tests;

public class ArithmeticTests
{
    [Fact]
    public void The_assembler_is_here_to_check_these_texts() =>
        Assert.True(TestKit.Ptxas.Assemble(Text(""), "sm_90a").Accepted);

    [Theory]
    [InlineData("add.s32 %r9, %r1, %r2;", 0x7FFFFFFFu, 1u, 0u, 0x80000000u)]
    [InlineData("add.sat.s32 %r9, %r1, %r2;", 0x7FFFFFFFu, 1u, 0u, 0x7FFFFFFFu)]
    [InlineData("sub.s32 %r9, %r1, %r2;", 0u, 1u, 0u, 0xFFFFFFFFu)]
    [InlineData("mul.lo.s32 %r9, %r1, %r2;", 0x10001u, 0x10001u, 0u, 0x20001u)]
    [InlineData("mul.hi.s32 %r9, %r1, %r2;", 0xFFFFFFFFu, 2u, 0u, 0xFFFFFFFFu)]
    [InlineData("mul.hi.u32 %r9, %r1, %r2;", 0xFFFFFFFFu, 2u, 0u, 1u)]
    [InlineData("mad.lo.s32 %r9, %r1, %r2, %r3;", 7u, 6u, 5u, 47u)]
    [InlineData("mul.wide.s32 %rd9, %r1, %r2; shr.u64 %rd9, %rd9, 32; cvt.u32.u64 %r9, %rd9;", 0xFFFFFFFFu, 2u, 0u, 0xFFFFFFFFu)]
    [InlineData("mul.wide.u32 %rd9, %r1, %r2; shr.u64 %rd9, %rd9, 32; cvt.u32.u64 %r9, %rd9;", 0xFFFFFFFFu, 2u, 0u, 1u)]
    [InlineData("mad.wide.u32 %rd9, %r1, %r2, 5; cvt.u32.u64 %r9, %rd9;", 3u, 4u, 0u, 17u)]
    [InlineData("div.s32 %r9, %r1, %r2;", 0xFFFFFFF9u, 2u, 0u, 0xFFFFFFFDu)]
    [InlineData("rem.s32 %r9, %r1, %r2;", 0xFFFFFFF9u, 2u, 0u, 0xFFFFFFFFu)]
    [InlineData("div.u32 %r9, %r1, %r2;", 0xFFFFFFF9u, 2u, 0u, 0x7FFFFFFCu)]
    [InlineData("min.s32 %r9, %r1, %r2;", 0xFFFFFFFFu, 2u, 0u, 0xFFFFFFFFu)]
    [InlineData("min.u32 %r9, %r1, %r2;", 0xFFFFFFFFu, 2u, 0u, 2u)]
    [InlineData("max.s32 %r9, %r1, -5;", 0xFFFFFFF0u, 0u, 0u, 0xFFFFFFFBu)]
    [InlineData("abs.s32 %r9, %r1;", 0xFFFFFFF0u, 0u, 0u, 16u)]
    [InlineData("neg.s32 %r9, %r1;", 5u, 0u, 0u, 0xFFFFFFFBu)]
    [InlineData("sad.u32 %r9, %r1, %r2, %r3;", 3u, 10u, 1u, 8u)]
    [InlineData("cvt.s64.s32 %rd9, %r1; div.s64 %rd9, %rd9, 3; cvt.u32.u64 %r9, %rd9;", 0xFFFFFFF9u, 0u, 0u, 0xFFFFFFFEu)]
    [InlineData("mov.u64 %rd9, 0x8000000000000001; mul.hi.u64 %rd9, %rd9, 4; cvt.u32.u64 %r9, %rd9;", 0u, 0u, 0u, 2u)]
    public void Integers(string body, uint a, uint b, uint c, uint expected) => Assert.Equal(expected, Lanes(body, [a], [b], [c])[0]);

    [Theory]
    [InlineData("shl.b32 %r9, %r1, %r2;", 1u, 31u, 0u, 0x80000000u)]
    [InlineData("shl.b32 %r9, %r1, %r2;", 1u, 32u, 0u, 0u)]
    [InlineData("shr.u32 %r9, %r1, 4;", 0x80000000u, 0u, 0u, 0x08000000u)]
    [InlineData("shr.s32 %r9, %r1, 4;", 0x80000000u, 0u, 0u, 0xF8000000u)]
    [InlineData("shr.s32 %r9, %r1, %r2;", 0x80000000u, 99u, 0u, 0xFFFFFFFFu)]
    [InlineData("shr.u32 %r9, %r1, %r2;", 0x80000000u, 32u, 0u, 0u)]
    [InlineData("shf.l.wrap.b32 %r9, %r1, %r2, %r3;", 0x80000000u, 1u, 33u, 3u)]
    [InlineData("shf.r.clamp.b32 %r9, %r1, %r2, %r3;", 1u, 0x12345678u, 99u, 0x12345678u)]
    [InlineData("lop3.b32 %r9, %r1, %r2, %r3, 0x96;", 0xFF00FF00u, 0xF0F0F0F0u, 0xCCCCCCCCu, 0xC33CC33Cu)]
    [InlineData("lop3.b32 %r9, %r1, %r2, %r3, 0xF8;", 0xF0u, 0xCu, 0xAu, 0xF8u)]
    [InlineData("prmt.b32 %r9, %r1, %r2, 0x5410;", 0x33221100u, 0x77665544u, 0u, 0x55441100u)]
    [InlineData("prmt.b32 %r9, %r1, %r2, 0x0008;", 0x33221180u, 0u, 0u, 0x808080FFu)]
    [InlineData("bfe.u32 %r9, %r1, 4, 8;", 0x12345678u, 0u, 0u, 0x67u)]
    [InlineData("bfe.s32 %r9, %r1, 8, 4;", 0x00000F00u, 0u, 0u, 0xFFFFFFFFu)]
    [InlineData("bfe.s32 %r9, %r1, 28, 8;", 0xF0000000u, 0u, 0u, 0xFFFFFFFFu)]
    [InlineData("bfi.b32 %r9, %r1, %r2, 8, 4;", 0xFFFFu, 0u, 0u, 0xF00u)]
    [InlineData("brev.b32 %r9, %r1;", 1u, 0u, 0u, 0x80000000u)]
    [InlineData("clz.b32 %r9, %r1;", 1u, 0u, 0u, 31u)]
    [InlineData("clz.b32 %r9, %r1;", 0u, 0u, 0u, 32u)]
    [InlineData("popc.b32 %r9, %r1;", 0xF0F0u, 0u, 0u, 8u)]
    [InlineData("bfind.u32 %r9, %r1;", 0x100u, 0u, 0u, 8u)]
    [InlineData("bfind.s32 %r9, %r1;", 0xFFFFFFFFu, 0u, 0u, 0xFFFFFFFFu)]
    [InlineData("not.b32 %r9, %r1;", 0xF0F0u, 0u, 0u, 0xFFFF0F0Fu)]
    [InlineData("xor.b32 %r9, %r1, %r2;", 0xFFu, 0xF0u, 0u, 0x0Fu)]
    public void Bits(string body, uint a, uint b, uint c, uint expected) => Assert.Equal(expected, Lanes(body, [a], [b], [c])[0]);

    [Theory]
    [InlineData("fma.rn.f32 %f9, %f1, %f2, %f3;", 1f + 1.1920929e-7f, 1f - 5.9604645e-8f, -1f, 5.960463767e-8f)]
    [InlineData("mul.f32 %f9, %f1, %f2;", 1e-30f, 1e-10f, 0f, 1e-40f)]
    [InlineData("mul.ftz.f32 %f9, %f1, %f2;", 1e-30f, 1e-10f, 0f, 0f)]
    [InlineData("add.rz.f32 %f9, %f1, %f2;", 1f, 1e-10f, 0f, 1f)]
    [InlineData("add.rp.f32 %f9, %f1, %f2;", 1f, 1e-10f, 0f, 1.0000001f)]
    [InlineData("add.rm.f32 %f9, %f1, %f2;", 1f, -1e-10f, 0f, 0.99999994f)]
    [InlineData("add.sat.f32 %f9, %f1, %f2;", 3f, 1f, 0f, 1f)]
    [InlineData("div.rn.f32 %f9, %f1, %f2;", 1f, 3f, 0f, 1f / 3f)]
    [InlineData("sqrt.rn.f32 %f9, %f1;", 2f, 0f, 0f, 1.4142135f)]
    [InlineData("rcp.rn.f32 %f9, %f1;", 3f, 0f, 0f, 1f / 3f)]
    [InlineData("max.f32 %f9, %f1, %f2;", float.NaN, 3f, 0f, 3f)]
    [InlineData("min.f32 %f9, %f1, %f2;", -0f, 0f, 0f, -0f)]
    [InlineData("max.NaN.f32 %f9, %f1, %f2;", float.NaN, 3f, 0f, float.NaN)]
    [InlineData("neg.f32 %f9, %f1;", 0f, 0f, 0f, -0f)]
    [InlineData("ex2.approx.f32 %f9, %f1;", -3f, 0f, 0f, 0.125f)]
    [InlineData("ex2.approx.ftz.f32 %f9, %f1;", float.NegativeInfinity, 0f, 0f, 0f)]
    [InlineData("lg2.approx.f32 %f9, %f1;", 8f, 0f, 0f, 3f)]
    [InlineData("rsqrt.approx.f32 %f9, %f1;", 4f, 0f, 0f, 0.5f)]
    [InlineData("tanh.approx.f32 %f9, %f1;", 100f, 0f, 0f, 1f)]
    [InlineData("tanh.approx.f32 %f9, %f1;", -1e-6f, 0f, 0f, -1e-6f)]
    public void Floats_of_32_bits(string body, float a, float b, float c, float expected)
    {
        float result = AsFloats(Lanes($"{body} mov.b32 %r9, %f9;", Floats(a), Floats(b), Floats(c)))[0];
        Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(result));
    }

    [Fact]
    public void Functions_are_right_to_a_unit_in_the_last_place()
    {
        float[] x = [.. Enumerable.Range(0, 32).Select(i => -4f + i * 0.27f)];
        Assert.All(x.Zip(AsFloats(Lanes("ex2.approx.f32 %f9, %f1; mov.b32 %r9, %f9;", Floats(x)))),
            pair => Assert.Equal((float)Math.Pow(2, pair.First), pair.Second, 1.2e-7f * MathF.Pow(2, pair.First)));
        Assert.All(x.Zip(AsFloats(Lanes("tanh.approx.f32 %f9, %f1; mov.b32 %r9, %f9;", Floats(x)))),
            pair => Assert.Equal((float)Math.Tanh(pair.First), pair.Second, 1.2e-7f));
    }

    [Theory]
    [InlineData("fma.rn.bf16x2 %r9, %r1, %r2, %r3;", 0x40003F80u, 0x40404040u, 0x3F803F80u, 0x40E04080u)]
    [InlineData("add.rn.bf16x2 %r9, %r1, %r2;", 0x3F803F80u, 0x3B803B00u, 0u, 0x3F803F80u)]
    [InlineData("max.bf16x2 %r9, %r1, %r2;", 0x3F80BF80u, 0x7FFF0000u, 0u, 0x3F800000u)]
    [InlineData("mul.rn.f16x2 %r9, %r1, %r2;", 0x3C004000u, 0x42004200u, 0u, 0x42004600u)]
    [InlineData("neg.bf16x2 %r9, %r1;", 0x3F80BF80u, 0u, 0u, 0xBF803F80u)]
    public void Pairs_of_16_bits(string body, uint a, uint b, uint c, uint expected) =>
        Assert.Equal(expected, Lanes(body, [a], [b], [c])[0]);
}
