using Xunit;
using static GpuLm.PtxInterpreter.Tests.TestKernel;

namespace GpuLm.PtxInterpreter.Tests;

public class ConversionTests
{
    [Theory]
    [InlineData("cvt.rn.bf16.f32 %h1, %f1; cvt.u32.u16 %r9, %h1;", 0x3F808000u, 0x3F80u)] // a tie, to the even one below
    [InlineData("cvt.rn.bf16.f32 %h1, %f1; cvt.u32.u16 %r9, %h1;", 0x3F818000u, 0x3F82u)] // a tie, to the even one above
    [InlineData("cvt.rn.bf16.f32 %h1, %f1; cvt.u32.u16 %r9, %h1;", 0x3F808001u, 0x3F81u)]
    [InlineData("cvt.rn.bf16.f32 %h1, %f1; cvt.u32.u16 %r9, %h1;", 0x7F7FFFFFu, 0x7F80u)] // past the largest one: infinity
    [InlineData("cvt.rn.bf16.f32 %h1, %f1; cvt.u32.u16 %r9, %h1;", 0x7FC00000u, 0x7FFFu)]
    [InlineData("cvt.rn.bf16.f32 %h1, %f1; cvt.u32.u16 %r9, %h1;", 0x00018000u, 0x0002u)] // subnormals round too
    [InlineData("cvt.rz.bf16.f32 %h1, %f1; cvt.u32.u16 %r9, %h1;", 0x3F80FFFFu, 0x3F80u)]
    [InlineData("cvt.u16.u32 %h1, %r1; cvt.f32.bf16 %f9, %h1; mov.b32 %r9, %f9;", 0xC040u, 0xC0400000u)]
    [InlineData("cvt.rn.f16.f32 %h1, %f1; cvt.u32.u16 %r9, %h1;", 0x477FF000u, 0x7C00u)] // 65520 is a tie with infinity
    [InlineData("cvt.rn.f16.f32 %h1, %f1; cvt.u32.u16 %r9, %h1;", 0x33000000u, 0x0000u)] // half of the smallest one
    [InlineData("cvt.u16.u32 %h1, %r1; cvt.f32.f16 %f9, %h1; mov.b32 %r9, %f9;", 0x0001u, 0x33800000u)]
    [InlineData("cvt.rn.bf16x2.f32 %r9, %f1, %f2;", 0x40000000u, 0x40003F80u)] // the first one lies above
    [InlineData("cvt.rn.f16x2.f32 %r9, %f1, %f2;", 0x40000000u, 0x40003C00u)]
    [InlineData("cvt.rna.tf32.f32 %r9, %f1;", 0x3F801000u, 0x3F802000u)] // a tie, away from zero
    [InlineData("cvt.rna.tf32.f32 %r9, %f1;", 0x3F800FFFu, 0x3F800000u)]
    [InlineData("cvt.rzi.s32.f32 %r9, %f1;", 0xC0600000u, 0xFFFFFFFDu)]
    [InlineData("cvt.rni.s32.f32 %r9, %f1;", 0x40200000u, 2u)] // 2.5
    [InlineData("cvt.rpi.s32.f32 %r9, %f1;", 0x40200000u, 3u)]
    [InlineData("cvt.rmi.s32.f32 %r9, %f1;", 0xC0200000u, 0xFFFFFFFDu)]
    [InlineData("cvt.rzi.s32.f32 %r9, %f1;", 0x7FC00000u, 0u)]
    [InlineData("cvt.rzi.s32.f32 %r9, %f1;", 0x7F800000u, 0x7FFFFFFFu)]
    [InlineData("cvt.rzi.u32.f32 %r9, %f1;", 0xBF800000u, 0u)]
    [InlineData("cvt.rni.f32.f32 %f9, %f1; mov.b32 %r9, %f9;", 0x3FC00000u, 0x40000000u)]
    [InlineData("cvt.rn.f32.s32 %f9, %r1; mov.b32 %r9, %f9;", 0x01000001u, 0x4B800000u)] // 2^24 + 1, a tie
    [InlineData("cvt.rn.f32.u32 %f9, %r1; mov.b32 %r9, %f9;", 0xFFFFFFFFu, 0x4F800000u)]
    [InlineData("cvt.rz.f32.u32 %f9, %r1; mov.b32 %r9, %f9;", 0xFFFFFFFFu, 0x4F7FFFFFu)]
    [InlineData("cvt.s32.s8 %r9, %r1;", 0x80u, 0xFFFFFF80u)]
    [InlineData("cvt.u32.u8 %r9, %r1;", 0x1FFu, 0xFFu)]
    [InlineData("cvt.sat.u8.s32 %r9, %r1;", 0xFFFFFFFFu, 0u)]
    [InlineData("cvt.sat.s16.s32 %h1, %r1; cvt.s32.s16 %r9, %h1;", 0x10000u, 0x7FFFu)]
    [InlineData("cvt.s64.s32 %rd9, %r1; shr.u64 %rd9, %rd9, 32; cvt.u32.u64 %r9, %rd9;", 0x80000000u, 0xFFFFFFFFu)]
    [InlineData("cvt.u64.u32 %rd9, %r1; shr.u64 %rd9, %rd9, 32; cvt.u32.u64 %r9, %rd9;", 0x80000000u, 0u)]
    [InlineData("cvt.rn.satfinite.e4m3x2.f32 %h1, %f1, %f2; cvt.u32.u16 %r9, %h1;", 0x43E00000u, 0x7E38u)] // 448 is the largest one
    [InlineData("cvt.rn.satfinite.e4m3x2.f32 %h1, %f1, %f2; cvt.u32.u16 %r9, %h1;", 0x3B000000u, 0x0138u)] // 2^-9 is the smallest one
    [InlineData("cvt.sat.f32.f32 %f9, %f1; mov.b32 %r9, %f9;", 0xC0000000u, 0u)]
    [InlineData("cvt.ftz.f32.f32 %f9, %f1; mov.b32 %r9, %f9;", 0x80000001u, 0x80000000u)]
    public void One_value(string body, uint a, uint expected) =>
        Assert.Equal(Hex([expected]), Hex(Lanes(body, [a], [0x3F800000])));

    [Theory]
    [InlineData("eq", false, false, true, false)]
    [InlineData("ne", true, true, false, false)]
    [InlineData("lt", true, false, false, false)]
    [InlineData("le", true, false, true, false)]
    [InlineData("gt", false, true, false, false)]
    [InlineData("ge", false, true, true, false)]
    [InlineData("equ", false, false, true, true)]
    [InlineData("neu", true, true, false, true)]
    [InlineData("ltu", true, false, false, true)]
    [InlineData("leu", true, false, true, true)]
    [InlineData("gtu", false, true, false, true)]
    [InlineData("geu", false, true, true, true)]
    [InlineData("num", true, true, true, false)]
    [InlineData("nan", false, false, false, true)]
    public void Comparisons_of_floats(string relation, bool less, bool greater, bool equal, bool unordered)
    {
        uint[] results = Lanes($"setp.{relation}.f32 %p1, %f1, %f2; selp.u32 %r9, 1, 0, %p1;",
            Floats(1, 2, 3, float.NaN, 1), Floats(2, 1, 3, 1, float.NaN));
        Assert.Equal([less, greater, equal, unordered, unordered], results.Select(result => result == 1));
    }

    [Fact]
    public void Comparisons_of_integers_respect_the_sign_and_join_with_predicates()
    {
        uint[] a = [0xFFFFFFFF, 1], b = [1, 0xFFFFFFFF];
        Assert.Equal([1u, 0u], Lanes("setp.lt.s32 %p1, %r1, %r2; selp.u32 %r9, 1, 0, %p1;", a, b));
        Assert.Equal([0u, 1u], Lanes("setp.lt.u32 %p1, %r1, %r2; selp.u32 %r9, 1, 0, %p1;", a, b));
        Assert.Equal([2u, 1u], Lanes("""
            setp.ne.u32 %p3, 1, 0;
            setp.lt.and.u32 %p1|%p2, %r1, %r2, %p3;
            selp.u32 %r9, 1, 0, %p1;
            @%p2 add.u32 %r9, %r9, 2;
            """, a, b));
        Assert.Equal([0xFFFFFFFFu, 0u], Lanes("set.gt.u32.u32 %r9, %r1, %r2;", a, b));
    }
}
