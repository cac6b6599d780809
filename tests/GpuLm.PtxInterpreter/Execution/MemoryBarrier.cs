namespace GpuLm.PtxInterpreter.Execution;

/// <summary>An mbarrier: its phase ends when all arrivals have come and all bytes that were announced.</summary>
sealed class MemoryBarrier(int offset, int arrivals, ThreadBlock block)
{
    readonly int[] _clock = new int[block.WarpCount + 1];
    readonly int[] _endedClock = new int[block.WarpCount + 1];
    readonly int _arrivals = arrivals;
    int _pending = arrivals;
    long _bytes;

    /// <summary>How many phases have ended.</summary>
    public long Phase { get; private set; }

    public void Arrive(Warp warp, int count = 1)
    {
        if (count > _pending) throw new Trap($"the barrier at byte {offset} gets more arrivals than the {_arrivals} that it was made for");
        block.Races?.Release(warp.Index, _clock);
        _pending -= count;
        EndPhase();
    }

    /// <summary>Announces bytes that copies will bring.</summary>
    public void Expect(long bytes)
    {
        _bytes += bytes;
        EndPhase();
    }

    /// <summary>A copy has landed; whoever waits for the phase sees its bytes.</summary>
    public void Deliver(long bytes)
    {
        block.Races?.ReleaseCopies(_clock);
        _bytes -= bytes;
        EndPhase();
    }

    public void Acquire(Warp warp) => block.Races?.Acquire(warp.Index, _endedClock);

    void EndPhase()
    {
        if (_pending > 0 || _bytes != 0) return;
        _pending = _arrivals;
        Phase++;
        _clock.CopyTo(_endedClock, 0);
        block.Progress++;
    }
}
