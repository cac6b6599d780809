using Xunit;
using static GpuLm.PtxInterpreter.Tests.TestKernel;

namespace GpuLm.PtxInterpreter.Tests;

/// <summary>Barriers, races and deadlocks. Each fault has a sound twin that passes.</summary>
public class BarrierTests
{
    const string Shared = ".shared .align 16 .b8 tile[1024];";

    /// <summary>Each thread writes its word, and reads that of the thread 32 further on.</summary>
    static string Exchange(string between) => $"""
        {Shared}
        mov.u32 %r1, tile;
        shl.b32 %r2, %r0, 2;
        add.u32 %r3, %r1, %r2;
        st.shared.u32 [%r3], %r0;
        {between}
        xor.b32 %r4, %r2, 128;
        add.u32 %r4, %r1, %r4;
        ld.shared.u32 %r9, [%r4];
        st.global.u32 [%rd3], %r9;
        """;

    [Theory]
    [InlineData("bar.sync 0;")]
    [InlineData("barrier.sync 3, 64;")]
    [InlineData("bar.red.popc.u32 %r8, 0, %p1;")]
    public void A_barrier_orders_two_warps(string barrier)
    {
        for (int seed = 0; seed < 4; seed++)
        {
            uint[] output = Run("setp.eq.u32 %p1, 0, 0;" + Exchange(barrier), outputWords: 64,
                launch: new PtxLaunch { Block = (64, 1, 1), WarpOrderSeed = seed });
            Assert.Equal(Enumerable.Range(0, 64).Select(thread => (uint)thread ^ 32), output);
        }
    }

    [Fact]
    public void Sabotage_a_missing_barrier_is_a_race()
    {
        var fault = Fault(Exchange(""), threads: 64);
        Assert.Contains("race", fault.Reason, StringComparison.Ordinal);
        Assert.Contains("ld.shared", fault.Reason + fault.Instruction, StringComparison.Ordinal);
        Assert.Contains("st.shared", fault.Reason + fault.Instruction, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_check_a_race_runs_on()
    {
        uint[] output = Run(Exchange(""), outputWords: 64, launch: new PtxLaunch { Block = (64, 1, 1), CheckRaces = false });
        Assert.Equal(2, output.Chunk(32).Count(half => half[0] is 0 or 32 || half[0] == 0x7FC0FE0D));
    }

    [Fact]
    public void Two_writes_and_a_write_after_a_read_race_too()
    {
        Assert.Contains("writes", Fault($"{Shared} st.shared.u32 [tile], %r0;", threads: 64).Reason, StringComparison.Ordinal);
        var fault = Fault($"""
            {Shared}
            setp.lt.u32 %p1, %r0, 32;
            @%p1 st.shared.u32 [tile], 1;
            bar.sync 0;
            @%p1 ld.shared.u32 %r1, [tile];
            @!%p1 st.shared.u32 [tile], 2;
            """, threads: 64);
        Assert.Contains("race", fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Halves_of_a_word_are_no_race()
    {
        Run($"""
            {Shared}
            shr.u32 %r1, %r0, 5;
            shl.b32 %r1, %r1, 1;
            mov.u32 %r2, tile;
            add.u32 %r2, %r2, %r1;
            cvt.u16.u32 %h1, %r0;
            st.shared.b16 [%r2], %h1;
            """, outputWords: 64, threads: 64);
    }

    [Fact]
    public void Atomics_do_not_race_with_each_other_but_with_plain_reads()
    {
        const string add = ".shared .align 4 .b8 sum[4]; setp.eq.u32 %p1, %r0, 0; @%p1 st.shared.u32 [sum], 0; bar.sync 0;"
            + "red.shared.add.u32 [sum], 1;";
        uint[] output = Run(add + "bar.sync 0; ld.shared.u32 %r9, [sum]; st.global.u32 [%rd3], %r9;", outputWords: 96, threads: 96);
        Assert.All(output, value => Assert.Equal(96u, value));
        Assert.Contains("race", Fault(add + "ld.shared.u32 %r9, [sum];", threads: 96).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_arrival_orders_what_came_before_it_and_nothing_else()
    {
        // Warp 0 produces and only arrives; warp 1 waits for it.
        const string head = $"{Shared} setp.lt.u32 %p1, %r0, 32; @!%p1 bra CONSUME; st.shared.u32 [tile], 5; bar.arrive 1, 64;";
        const string tail = "ret; CONSUME: bar.sync 1, 64; ld.shared.u32 %r9, [tile+{0}]; st.global.u32 [%rd3], %r9;";
        uint[] output = Run(head + tail.Replace("{0}", "0", StringComparison.Ordinal), outputWords: 64, threads: 64);
        Assert.Equal(5u, output[32]);
        var fault = Fault(head + "st.shared.u32 [tile+4], 6;" + tail.Replace("{0}", "4", StringComparison.Ordinal), threads: 64);
        Assert.Contains("race", fault.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bar.sync 0;")]
    [InlineData("shfl.sync.idx.b32 %r9, %r0, 0, 31, -1;")]
    [InlineData("bar.warp.sync -1;")]
    public void A_collective_instruction_in_divergent_code_is_a_fault(string instruction)
    {
        var fault = Fault($"setp.lt.u32 %p1, %r0, 7; @!%p1 bra OTHER; {instruction} bra END; OTHER: {instruction} END:", assemble: false);
        Assert.Contains("divergent", fault.Reason, StringComparison.Ordinal);
        Assert.Equal(instruction.TrimEnd(';'), fault.Instruction);
    }

    [Fact]
    public void Warps_at_different_barriers_are_a_deadlock()
    {
        var fault = Fault("setp.lt.u32 %p1, %r0, 32; @%p1 bar.sync 1, 64; @!%p1 bar.sync 2, 64;", threads: 64);
        Assert.Contains("deadlock", fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_warp_that_ended_is_not_waited_for()
    {
        uint[] output = Run("setp.lt.u32 %p1, %r0, 32; @%p1 exit; bar.sync 0; st.global.u32 [%rd3], %r0;", outputWords: 64, threads: 64);
        Assert.Equal(40u, output[40]);
    }

    [Fact]
    public void Votes_at_a_barrier_are_counted()
    {
        uint[] output = Run("setp.lt.u32 %p1, %r0, 40; bar.red.popc.u32 %r9, 0, %p1; bar.red.and.pred %p2, 0, %p1;"
            + "bar.red.or.pred %p3, 0, %p1; @%p2 add.u32 %r9, %r9, 1000; @%p3 add.u32 %r9, %r9, 2000; st.global.u32 [%rd3], %r9;",
            outputWords: 64, threads: 64);
        Assert.All(output, value => Assert.Equal(2040u, value));
    }
}
