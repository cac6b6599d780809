using Xunit;
using static GpuLm.PtxInterpreter.Tests.TestKernel;

namespace GpuLm.PtxInterpreter.Tests;

public class WarpTests
{
    /// <summary>The lanes' partners as the ISA's table of shfl has them: c is clamp + 256 times the segment mask.</summary>
    [Theory]
    [InlineData("up", 3, 0, 0)]
    [InlineData("down", 3, 31, 0)]
    [InlineData("bfly", 16, 31, 0)]
    [InlineData("idx", 5, 31, 0)]
    [InlineData("up", 1, 0, 24)] // segments of 8 lanes
    [InlineData("down", 2, 7, 24)]
    [InlineData("bfly", 4, 31, 24)]
    [InlineData("idx", 9, 7, 24)]
    [InlineData("down", 1, 5, 24)] // a clamp inside the segment
    [InlineData("idx", 6, 5, 24)]
    public void A_shuffle_finds_its_partner(string mode, int b, int clamp, int segment)
    {
        uint[] output = Run($"""
            add.u32 %r1, %r0, 100;
            shfl.sync.{mode}.b32 %r9|%p1, %r1, {b}, {clamp | segment << 8}, -1;
            @!%p1 add.u32 %r9, %r9, 1000;
            st.global.u32 [%rd3], %r9;
            """);
        for (int lane = 0; lane < 32; lane++)
        {
            int first = lane & segment, last = first | (clamp & ~segment & 31);
            (int partner, bool inside) = mode switch
            {
                "up" => (lane - b, lane - b >= last),
                "down" => (lane + b, lane + b <= last),
                "bfly" => (lane ^ b, (lane ^ b) <= last),
                _ => (first | (b & ~segment & 31), (first | (b & ~segment & 31)) <= last),
            };
            Assert.Equal(inside ? partner + 100 : lane + 1100, (int)output[lane]);
        }
    }

    [Fact]
    public void A_reduction_by_shuffles_sums_the_warp()
    {
        uint[] output = Run("""
            mov.u32 %r9, %r0;
            shfl.sync.bfly.b32 %r1, %r9, 16, 31, -1;
            add.u32 %r9, %r9, %r1;
            shfl.sync.bfly.b32 %r1, %r9, 8, 31, -1;
            add.u32 %r9, %r9, %r1;
            shfl.sync.bfly.b32 %r1, %r9, 4, 31, -1;
            add.u32 %r9, %r9, %r1;
            shfl.sync.bfly.b32 %r1, %r9, 2, 31, -1;
            add.u32 %r9, %r9, %r1;
            shfl.sync.bfly.b32 %r1, %r9, 1, 31, -1;
            add.u32 %r9, %r9, %r1;
            st.global.u32 [%rd3], %r9;
            """);
        Assert.All(output, sum => Assert.Equal(496u, sum));
    }

    [Fact]
    public void Members_alone_need_to_come()
    {
        uint[] output = Run("""
            setp.lt.u32 %p1, %r0, 16;
            mov.u32 %r9, 7;
            @!%p1 bra END;
            shfl.sync.idx.b32 %r9, %r0, 3, 31, 0xFFFF;
            END:
            st.global.u32 [%rd3], %r9;
            """);
        Assert.Equal(Enumerable.Range(0, 32).Select(lane => lane < 16 ? 3u : 7u), output);
    }

    [Fact]
    public void Votes_and_matches_see_all_members()
    {
        uint[] output = Run("""
            and.b32 %r1, %r0, 3;
            setp.eq.u32 %p1, %r1, 2;
            vote.sync.ballot.b32 %r2, %p1, -1;
            vote.sync.any.pred %p2, %p1, -1;
            vote.sync.all.pred %p3, %p1, -1;
            vote.sync.uni.pred %p4, %p3, -1;
            match.any.sync.b32 %r3, %r1, -1;
            match.all.sync.b32 %r4|%p5, %r1, -1;
            redux.sync.add.u32 %r5, %r0, -1;
            redux.sync.max.s32 %r6, %r0, -1;
            selp.u32 %r7, 1, 0, %p2;
            @%p3 add.u32 %r7, %r7, 2;
            @%p4 add.u32 %r7, %r7, 4;
            @%p5 add.u32 %r7, %r7, 8;
            setp.ne.u32 %p6, %r0, 1;
            @%p6 bra END;
            st.global.v4.u32 [%rd1], {%r2, %r3, %r4, %r5};
            st.global.v2.u32 [%rd1+16], {%r6, %r7};
            END:
            """);
        Assert.Equal("44444444 22222222 00000000 000001f0 0000001f 00000005", Hex(output[..6]));
    }

    [Fact]
    public void One_lane_is_elected()
    {
        uint[] output = Run("""
            elect.sync %r1|%p1, -1;
            mov.u32 %r9, %r1;
            @%p1 add.u32 %r9, %r9, 10;
            st.global.u32 [%rd3], %r9;
            """);
        Assert.Equal(10u, output[0]);
        Assert.All(output[1..], value => Assert.Equal(0u, value));
    }
}
