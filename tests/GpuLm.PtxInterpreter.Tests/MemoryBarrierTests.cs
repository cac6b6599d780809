using Xunit;
using static GpuLm.PtxInterpreter.Tests.TestKernel;

namespace GpuLm.PtxInterpreter.Tests;

public class MemoryBarrierTests
{
    /// <summary>Makes a barrier at [gate] for so many arrivals, known to all; %r1 is its address and %p1 says warp 0.</summary>
    static string Head(int arrivals) => $"""
        .shared .align 1024 .b8 tile[8192];
        .shared .align 8 .b8 gate[8];
        mov.u32 %r1, gate;
        setp.ne.u32 %p2, %r0, 0;
        @%p2 bra MADE;
        mbarrier.init.shared::cta.b64 [%r1], {arrivals};
        fence.mbarrier_init.release.cluster;
        MADE:
        bar.sync 0;
        setp.lt.u32 %p1, %r0, 32;
        mov.u32 %r4, tile;
        """;

    static string Wait(string label, int parity) => $"""
        {label}:
        mbarrier.try_wait.parity.shared::cta.b64 %p7, [%r1], {parity};
        @!%p7 bra {label};
        """;

    const string Produce = """
        @!%p1 bra CONSUME;
        mad.lo.u32 %r3, %r0, 4, %r4;
        st.shared.u32 [%r3], %r0;
        mbarrier.arrive.shared::cta.b64 _, [%r1];
        ret;
        CONSUME:
        """;

    const string Consume = "sub.u32 %r5, %r0, 32; mad.lo.u32 %r3, %r5, 4, %r4; ld.shared.u32 %r9, [%r3]; st.global.u32 [%rd3], %r9;";

    [Fact]
    public void Waiting_for_a_phase_shows_what_came_before_the_arrivals()
    {
        for (int seed = 0; seed < 4; seed++)
        {
            uint[] output = Run(Head(32) + Produce + Wait("W", 0) + Consume, outputWords: 64,
                launch: new PtxLaunch { Block = (64, 1, 1), WarpOrderSeed = seed });
            Assert.Equal(Enumerable.Range(0, 32).Select(i => (uint)i), output[32..]);
        }
    }

    [Fact]
    public void Sabotage_without_the_wait_it_is_a_race() =>
        Assert.Contains("race", Fault(Head(32) + Produce + Consume, threads: 64).Reason, StringComparison.Ordinal);

    [Fact]
    public void A_phase_that_lacks_an_arrival_is_a_deadlock() =>
        Assert.Contains("deadlock", Fault(Head(33) + Produce + Wait("W", 0) + Consume, threads: 64).Reason, StringComparison.Ordinal);

    [Fact]
    public void The_phase_before_the_first_has_ended_and_the_parity_alternates()
    {
        uint[] output = Run(Head(1) + Wait("A", 1) + """
            mbarrier.arrive.shared::cta.b64 %rd9, [%r1];
            mbarrier.test_wait.shared::cta.b64 %p3, [%r1], %rd9;
            mbarrier.test_wait.parity.shared::cta.b64 %p4, [%r1], 0;
            mbarrier.test_wait.parity.shared::cta.b64 %p5, [%r1], 1;
            selp.u32 %r9, 1, 0, %p3;
            @%p4 add.u32 %r9, %r9, 2;
            @%p5 add.u32 %r9, %r9, 4;
            st.global.u32 [%rd3], %r9;
            """, threads: 1);
        Assert.Equal(3u, output[0]);
    }

    [Fact]
    public void Too_many_arrivals_and_a_barrier_that_nobody_made_are_faults()
    {
        const string arrive = "mbarrier.arrive.shared::cta.b64 _, [%r1], 2;";
        Assert.Contains("arrivals", Fault(Head(1) + arrive, threads: 1).Reason, StringComparison.Ordinal);
        Assert.Contains("no barrier", Fault(".shared .align 8 .b8 g[8]; mov.u32 %r1, g;" + arrive, threads: 1).Reason,
            StringComparison.Ordinal);
    }

    /// <summary>One thread loads 128 words; the barrier expects its arrival and their bytes.</summary>
    static string Load(int expected = 512) => $"""
        @%p2 bra LOADED;
        mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r1], {expected};
        cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%r4], [%rd0], 512, [%r1];
        LOADED:
        """;

    const string ReadBack = "mad.lo.u32 %r3, %r0, 4, %r4; ld.shared.u32 %r9, [%r3]; st.global.u32 [%rd3], %r9;";

    static uint[] Words => [.. Enumerable.Range(1, 128).Select(i => (uint)i)];

    [Fact]
    public void A_bulk_copy_arrives_with_its_barrier() =>
        Assert.Equal(Words[..64], Run(Head(1) + Load() + Wait("W", 0) + ReadBack, Words, outputWords: 64, threads: 64));

    [Fact]
    public void Sabotage_a_bulk_copy_that_nobody_waits_for_is_found()
    {
        Assert.Contains("race", Fault(Head(1) + Load() + ReadBack, threads: 64, input: Words).Reason, StringComparison.Ordinal);
        Assert.Contains("the block ends", Fault(Head(1) + Load(), threads: 64, input: Words).Reason, StringComparison.Ordinal);
        Assert.Contains("deadlock", Fault(Head(1) + Load(496) + Wait("W", 0) + ReadBack, threads: 64, input: Words).Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Sabotage_loading_over_what_others_may_still_read_is_a_race()
    {
        const string reuse = """
            @%p2 bra AGAIN;
            mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r1], 512;
            cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%r4], [%rd0], 512, [%r1];
            AGAIN:
            """;
        string twice = Head(1) + Load() + Wait("W", 0) + ReadBack + "{0}" + reuse + Wait("V", 1);
        Run(twice.Replace("{0}", "bar.sync 0;", StringComparison.Ordinal), Words, outputWords: 64, threads: 64);
        Assert.Contains("race", Assert.Throws<PtxFault>(() => Enumerable.Range(0, 8).ToList().ForEach(seed =>
            Run(twice.Replace("{0}", "", StringComparison.Ordinal), Words, outputWords: 64,
                launch: new PtxLaunch { Block = (64, 1, 1), WarpOrderSeed = seed }))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bulk_store_writes_when_it_is_waited_for()
    {
        string store = Head(1) + """
            mad.lo.u32 %r3, %r0, 4, %r4;
            st.shared.u32 [%r3], %r0;
            fence.proxy.async.shared::cta;
            bar.sync 0;
            @%p2 bra END;
            cp.async.bulk.global.shared::cta.bulk_group [%rd1], [%r4], 256;
            cp.async.bulk.commit_group;
            {0}
            END:
            """;
        uint[] output = Run(store.Replace("{0}", "cp.async.bulk.wait_group 0;", StringComparison.Ordinal), outputWords: 64, threads: 64);
        Assert.Equal(Enumerable.Range(0, 64).Select(i => (uint)i), output);
        var fault = Fault(store.Replace("{0}", "", StringComparison.Ordinal), threads: 64);
        Assert.Contains("the block ends", fault.Reason, StringComparison.Ordinal);
    }
}
