using Xunit;
using static GpuLm.PtxInterpreter.Tests.TestKernel;

namespace GpuLm.PtxInterpreter.Tests;

public class AsyncCopyTests
{
    /// <summary>Each thread's 16 bytes: of shared memory at [%r1], of the input at [%rd4].</summary>
    const string Head = """
        .shared .align 16 .b8 tile[1024];
        mov.u32 %r1, tile;
        mad.lo.u32 %r1, %r0, 16, %r1;
        mul.wide.u32 %rd4, %r0, 16;
        add.u64 %rd4, %rd0, %rd4;

        """;

    /// <summary>Writes them to the output.</summary>
    const string Tail = """

        ld.shared.v4.u32 {%r4, %r5, %r6, %r7}, [%r1];
        sub.u64 %rd5, %rd4, %rd0;
        add.u64 %rd5, %rd5, %rd1;
        st.global.v4.u32 [%rd5], {%r4, %r5, %r6, %r7};
        """;

    static uint[] Words => [.. Enumerable.Range(1, 128).Select(i => (uint)i)];

    [Fact]
    public void A_copy_arrives_whole() =>
        Assert.Equal(Words, Run(Head + "cp.async.cg.shared.global [%r1], [%rd4], 16; cp.async.commit_group; cp.async.wait_group 0;" + Tail,
            Words, outputWords: 128));

    [Fact]
    public void Bytes_beyond_the_source_are_zeros()
    {
        uint[] output = Run(Head + "and.b32 %r2, %r0, 3; mul.lo.u32 %r2, %r2, 4; cp.async.ca.shared.global [%r1], [%rd4], 16, %r2;"
            + "cp.async.wait_all;" + Tail, Words, outputWords: 128);
        Assert.Equal(Words.Select((value, i) => i % 4 < i / 4 % 4 ? value : 0), output);
    }

    [Fact]
    public void An_ignored_source_is_zeros_and_is_not_read() =>
        Assert.All(Run(Head + "setp.eq.u32 %p1, 0, 0; cp.async.cg.shared.global [%r1], [%rd0+65536], 16, %p1; cp.async.wait_all;" + Tail,
            Words, outputWords: 128), value => Assert.Equal(0u, value));

    [Fact]
    public void Sabotage_a_missing_wait_finds_the_old_bytes()
    {
        uint[] output = Run(Head + "cp.async.cg.shared.global [%r1], [%rd4], 16; cp.async.commit_group;" + Tail, Words, outputWords: 128,
            launch: new PtxLaunch { CheckRaces = false });
        Assert.All(output, value => Assert.Equal(0x7FC0FE0Du, value));
    }

    [Fact]
    public void Only_the_groups_that_are_waited_for_arrive()
    {
        uint[] output = Run(Head + "cp.async.ca.shared.global [%r1], [%rd4], 4; cp.async.commit_group;"
            + "cp.async.ca.shared.global [%r1+4], [%rd4+4], 4; cp.async.commit_group; cp.async.wait_group 1;" + Tail, Words,
            outputWords: 128, launch: new PtxLaunch { CheckRaces = false });
        Assert.Equal(Words.Select((value, i) => i % 4 == 0 ? value : 0x7FC0FE0D), output);
    }

    [Fact]
    public void Sabotage_touching_a_copy_under_way_is_a_race()
    {
        const string store =
            "cp.async.cg.shared.global [%r1], [%rd0], 16; cp.async.commit_group; {0} bar.sync 0; ld.shared.u32 %r2, [%r1];";
        const string head = ".shared .align 16 .b8 tile[1024]; mov.u32 %r1, tile; mad.lo.u32 %r1, %r0, 16, %r1;";
        Run(head + store.Replace("{0}", "cp.async.wait_group 0;", StringComparison.Ordinal), Words, threads: 64);
        var fault = Fault(head + store.Replace("{0}", "", StringComparison.Ordinal), threads: 64, input: Words);
        Assert.Contains("copy", fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Sabotage_a_wait_without_a_barrier_does_not_show_others_what_arrived()
    {
        const string body = """
            .shared .align 16 .b8 tile[1024];
            mov.u32 %r1, tile;
            mad.lo.u32 %r2, %r0, 16, %r1;
            cp.async.cg.shared.global [%r2], [%rd0], 16;
            cp.async.commit_group;
            cp.async.wait_group 0;
            xor.b32 %r3, %r0, 32;
            mad.lo.u32 %r3, %r3, 16, %r1;
            {0}
            ld.shared.u32 %r4, [%r3];
            """;
        Run(body.Replace("{0}", "bar.sync 0;", StringComparison.Ordinal), Words, threads: 64);
        var fault = Fault(body.Replace("{0}", "", StringComparison.Ordinal), threads: 64, input: Words);
        Assert.Contains("race", fault.Reason, StringComparison.Ordinal);
    }
}
