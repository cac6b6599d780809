using Xunit;
using static GpuLm.PtxInterpreter.Tests.TestKernel;

namespace GpuLm.PtxInterpreter.Tests;

public class ControlTests
{
    [Fact]
    public void Nested_branches_take_each_lane_its_own_way_and_meet_again()
    {
        uint[] output = Run("""
            and.b32 %r1, %r0, 1;
            and.b32 %r2, %r0, 2;
            setp.eq.u32 %p1, %r1, 0;
            setp.eq.u32 %p2, %r2, 0;
            mov.u32 %r9, 0;
            @%p1 bra EVEN;
            @%p2 bra ODD_LOW;
            add.u32 %r9, %r9, 4;
            ODD_LOW:
            add.u32 %r9, %r9, 1;
            bra JOIN;
            EVEN:
            @!%p2 bra EVEN_HIGH;
            add.u32 %r9, %r9, 8;
            EVEN_HIGH:
            add.u32 %r9, %r9, 2;
            JOIN:
            activemask.b32 %r5;
            shl.b32 %r9, %r9, 8;
            setp.eq.u32 %p3, %r5, -1;
            @%p3 add.u32 %r9, %r9, 1;
            st.global.u32 [%rd3], %r9;
            """);
        uint[] expected = [(10u << 8) + 1, (1u << 8) + 1, (2u << 8) + 1, (5u << 8) + 1];
        Assert.Equal(Enumerable.Range(0, 32).Select(lane => expected[lane % 4]), output);
    }

    [Fact]
    public void A_loop_lets_each_lane_go_round_as_often_as_it_must()
    {
        uint[] output = Run("""
            mov.u32 %r1, 0;
            mov.u32 %r9, 0;
            LOOP:
            setp.ge.u32 %p1, %r1, %r0;
            @%p1 bra DONE;
            add.u32 %r9, %r9, %r1;
            add.u32 %r1, %r1, 1;
            bra LOOP;
            DONE:
            st.global.u32 [%rd3], %r9;
            """);
        Assert.Equal(Enumerable.Range(0, 32).Select(n => (uint)(n * (n - 1) / 2)), output);
    }

    [Fact]
    public void Lanes_that_end_leave_the_others_alone()
    {
        uint[] output = Run("""
            setp.ge.u32 %p1, %r0, 20;
            @%p1 exit;
            bar.sync 0;
            mov.u32 %r9, 7;
            st.global.u32 [%rd3], %r9;
            """);
        Assert.Equal(Enumerable.Range(0, 32).Select(lane => lane < 20 ? 7u : 0xEEEEEEEE), output);
    }

    [Fact]
    public void Scopes_have_registers_and_labels_of_their_own()
    {
        uint[] output = Run("""
            .reg .b32 x;
            mov.u32 x, 1;
            {
                .reg .b32 x, y<2>;
                .reg .pred done;
                mov.u32 x, 10;
                SKIP:
                setp.ge.u32 done, x, 12;
                @done bra END;
                add.u32 x, x, 1;
                bra SKIP;
                END:
                mov.u32 y1, x;
                mov.u32 %r8, y1;
            }
            {
                .reg .pred done;
                setp.eq.u32 done, 1, 1;
                @done bra END;
                mov.u32 %r8, 0;
                END:
                add.u32 %r8, %r8, 100;
            }
            add.u32 %r9, %r8, x;
            st.global.u32 [%rd3], %r9;
            """, assemble: false);
        Assert.Equal(113u, output[0]);
    }

    [Fact]
    public void Vector_operands_pack_and_unpack()
    {
        uint[] output = Run("""
            mov.b32 %r1, 0x12345678;
            mov.b32 {%h1, %h2}, %r1;
            mov.b32 %r2, {%h2, %h1};
            mov.b64 %rd9, {%r1, %r2};
            mov.b64 {%r3, %r4}, %rd9;
            st.global.v2.b32 [%rd1], {%r2, %r3};
            st.global.v2.b32 [%rd1+8], {%r4, -1};
            ld.global.v4.b32 {%r5, %r6, %r7, %r8}, [%rd1];
            add.u32 %r5, %r5, 1;
            st.global.v4.b32 [%rd1+16], {%r5, %r6, %r7, %r8};
            """, threads: 1);
        Assert.Equal("56781234 12345678 56781234 ffffffff 56781235 12345678 56781234 ffffffff", Hex(output[..8]));
    }

    [Fact]
    public void Special_registers_say_where_a_thread_is()
    {
        uint[] output = Run("""
            mov.u32 %r1, %ctaid.x;
            mov.u32 %r2, %nctaid.x;
            mov.u32 %r3, %tid.y;
            mov.u32 %r4, %ntid.x;
            mov.u32 %r5, %laneid;
            mov.u32 %r6, %warpid;
            mad.lo.u32 %r10, %r3, %r4, %r0;
            mad.lo.u32 %r10, %r1, 48, %r10;
            mul.wide.u32 %rd4, %r10, 4;
            add.u64 %rd4, %rd1, %rd4;
            mad.lo.u32 %r9, %r2, 10, %r6;
            mad.lo.u32 %r9, %r9, 100, %r5;
            st.global.u32 [%rd4], %r9;
            """, outputWords: 96, launch: new PtxLaunch { Grid = (2, 1, 1), Block = (12, 4, 1) });
        Assert.Equal(Enumerable.Range(0, 96).Select(i => (uint)((20 + i % 48 / 32) * 100 + i % 48 % 32)), output);
    }

    [Fact]
    public void Constants_of_the_module_are_there()
    {
        uint[] output = Run("""
            mov.u64 %rd9, table;
            ld.const.u32 %r1, [table+4];
            ld.global.u32 %r2, [%rd9+8];
            add.u32 %r9, %r1, %r2;
            st.global.u32 [%rd3], %r9;
            """, module: ".const .align 4 .u32 table[3] = {1, 20, 300};", assemble: false);
        Assert.Equal(320u, output[0]);
    }

    [Fact]
    public void Local_memory_belongs_to_a_thread()
    {
        uint[] output = Run("""
            .local .align 4 .b8 own[8];
            mov.u64 %rd9, own;
            st.local.u32 [%rd9+4], %r0;
            cvta.local.u64 %rd9, %rd9;
            ld.u32 %r9, [%rd9+4];
            st.global.u32 [%rd3], %r9;
            """);
        Assert.Equal(Enumerable.Range(0, 32).Select(lane => (uint)lane), output);
    }

    [Fact]
    public void An_unknown_instruction_is_named_when_the_text_is_read()
    {
        var fault = Fault("frobnicate.u32 %r1, %r2;", assemble: false);
        Assert.Contains("frobnicate.u32", fault.Message, StringComparison.Ordinal);
        Assert.True(fault.Line > 0);
        Assert.Null(fault.Block);
    }

    [Theory]
    [InlineData("add.u32 %r1, %r2;", "operands")]
    [InlineData("add.u32 %r1, %r2, %rd1;", "size")]
    [InlineData("add.u32 %r1, %r2, nothing;", "nothing")]
    [InlineData("bra NOWHERE;", "NOWHERE")]
    [InlineData("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%f1}, {%r1}, {%r1}, {%f1};", "registers")]
    public void Malformed_text_is_refused(string body, string reason) =>
        Assert.Contains(reason, Fault(body, assemble: false).Reason, StringComparison.Ordinal);

    [Fact]
    public void A_warp_that_never_ends_is_stopped()
    {
        var fault = Assert.Throws<PtxFault>(() => Run("LOOP: bra LOOP;", launch: new PtxLaunch { InstructionLimit = 1000 }));
        Assert.Contains("limit", fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Counters_count_warp_instructions()
    {
        var counters = new PtxCounters();
        Run("st.global.u32 [%rd3], %r0;", outputWords: 64, launch: new PtxLaunch { Block = (64, 1, 1), Counters = counters });
        Assert.Equal(2, counters.ByOpcode["st.global.u32"]);
        Assert.Equal(20, counters.Total);
    }
}
