using Xunit;
using static GpuLm.PtxInterpreter.Tests.TestKernel;

namespace GpuLm.PtxInterpreter.Tests;

public class MemoryTests
{
    [Fact]
    public void Small_loads_extend_and_small_stores_cut()
    {
        uint[] output = Run("""
            ld.global.s8 %r1, [%rd0];
            ld.global.u8 %r2, [%rd0];
            ld.global.s16 %r3, [%rd0];
            ld.global.b16 %h1, [%rd0+2];
            ld.global.s32 %rd9, [%rd0];
            st.global.u32 [%rd1], %r1;
            st.global.u32 [%rd1+4], %r2;
            st.global.u32 [%rd1+8], %r3;
            st.global.b16 [%rd1+12], %h1;
            st.global.u8 [%rd1+14], %r3;
            st.global.u64 [%rd1+16], %rd9;
            """, [0x8899AA80 | 0x80], threads: 1);
        Assert.Equal("ffffff80 00000080 ffffaa80 ee808899 8899aa80 ffffffff", Hex(output[..6]));
    }

    [Fact]
    public void Modifiers_for_caches_change_nothing()
    {
        uint[] output = Run("""
            mov.u64 %rd9, 0;
            ld.global.nc.L1::no_allocate.u32 %r1, [%rd2];
            ld.global.ca.u32 %r2, [%rd2];
            ld.volatile.global.u32 %r3, [%rd2];
            ld.acquire.gpu.global.u32 %r4, [%rd2];
            ld.global.L2::cache_hint.u32 %r5, [%rd2], %rd9;
            prefetch.global.L2 [%rd2];
            add.u32 %r9, %r1, %r2;
            add.u32 %r9, %r9, %r3;
            add.u32 %r9, %r9, %r4;
            add.u32 %r9, %r9, %r5;
            st.release.gpu.global.u32 [%rd3], %r9;
            fence.acq_rel.gpu;
            membar.gl;
            """, [.. Enumerable.Range(0, 32).Select(i => (uint)i)]);
        Assert.Equal(Enumerable.Range(0, 32).Select(i => (uint)i * 5), output);
    }

    [Fact]
    public void Generic_addresses_reach_every_space()
    {
        uint[] output = Run("""
            .shared .align 4 .b8 tile[128];
            mov.u64 %rd9, tile;
            cvta.shared.u64 %rd9, %rd9;
            add.u64 %rd10, %rd9, 8;
            st.u32 [%rd10], 42;
            cvta.to.shared.u64 %rd11, %rd10;
            cvt.u32.u64 %r1, %rd11;
            ld.shared.u32 %r2, [%r1];
            isspacep.shared %p1, %rd10;
            @%p1 add.u32 %r2, %r2, 100;
            st.u32 [%rd3], %r2;
            """, threads: 1);
        Assert.Equal(142u, output[0]);
    }

    [Fact]
    public void Dynamic_shared_memory_follows_the_static_one()
    {
        const string body = """
            .shared .align 4 .b8 first[20];
            mov.u32 %r1, more;
            mov.u32 %r2, first;
            sub.u32 %r9, %r1, %r2;
            st.shared.u32 [%r1+60], %r9;
            ld.shared.u32 %r9, [%r1+60];
            st.global.u32 [%rd3], %r9;
            """;
        const string module = ".extern .shared .align 16 .b8 more[];";
        Assert.Equal(32u, Run(body, module: module, launch: new PtxLaunch { DynamicSharedBytes = 64 })[0]);
        var fault = Assert.Throws<PtxFault>(() => Run(body, module: module, launch: new PtxLaunch { DynamicSharedBytes = 60 }));
        Assert.Contains("out-of-range", fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Shared_memory_starts_poisoned() => Assert.Equal("7fc0fe0d",
        Hex(Run(".shared .align 4 .b8 tile[4]; ld.shared.u32 %r9, [tile]; st.global.u32 [%rd3], %r9;", threads: 1)[..1]));

    [Theory]
    [InlineData("ld.global.u32 %r1, [%rd1+4096];", "out-of-range", 0)]
    [InlineData("setp.eq.u32 %p1, %r0, 5; @%p1 ld.global.u32 %r1, [%rd1+-4];", "out-of-range", 5)]
    [InlineData("ld.global.u32 %r1, [%rd1+2];", "misaligned", 0)]
    [InlineData("ld.global.v4.f32 {%f1, %f2, %f3, %f4}, [%rd1+4];", "misaligned", 0)]
    [InlineData(".shared .align 4 .b8 s[64]; ld.shared.u32 %r1, [s+64];", "out-of-range", 0)]
    [InlineData(".shared .align 4 .b8 s[64]; mov.u32 %r2, 0; ld.shared.u32 %r1, [%r2];", "out-of-range", 0)]
    [InlineData(".shared .align 4 .b8 s[64]; ld.shared.u32 %r1, [s+1];", "misaligned", 0)]
    [InlineData(".shared .align 4 .b8 s[64]; mov.u32 %r2, s; mad.lo.u32 %r2, %r0, 4, %r2; st.shared.u32 [%r2], %r0;", "out-of-range", 16)]
    [InlineData("mov.u64 %rd9, 0; ld.u32 %r1, [%rd9];", "out-of-range", 0)]
    public void A_wrong_address_is_a_fault_that_says_where(string body, string reason, int lane)
    {
        var fault = Fault(body);
        Assert.Contains(reason, fault.Reason, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0), fault.Block);
        Assert.Equal(0, fault.Warp);
        Assert.Equal(lane, fault.Lane);
        Assert.Contains(fault.Instruction, body, StringComparison.Ordinal);
    }

    [Fact]
    public void Atomics_of_many_blocks_lose_nothing()
    {
        uint[] output = Run("""
            atom.global.add.u32 %r1, [%rd1], 1;
            atom.global.max.u32 %r2, [%rd1+4], %r0;
            red.global.add.f32 [%rd1+8], 0f3F800000;
            atom.global.cas.b32 %r3, [%rd1+12], 0xEEEEEEEE, %r0;
            atom.global.exch.b32 %r4, [%rd1+16], 9;
            atom.global.inc.u32 %r5, [%rd1+20], 6;
            """, launch: new PtxLaunch { Grid = (50, 1, 1), Workers = 4 }, outputWords: 8);
        Assert.Equal(0xEEEEEEEE + 1600, output[0]);
        Assert.Equal(0xEEEEEEEEu, output[1]);
        Assert.Equal(0u, output[3]);
        Assert.Equal(9u, output[4]);
        Assert.Equal((1600u - 1) % 7, output[5]);
    }
}
