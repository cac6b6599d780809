using System.Runtime.InteropServices;

namespace GpuLm.PtxInterpreter.Execution;

/// <summary>
/// One thread block at a time, with its warps, shared memory and barriers. A host thread has one of these and takes one block of the grid
/// after the other through it.
/// </summary>
sealed unsafe class ThreadBlock : IDisposable
{
    /// <summary>Rounds in which nobody gets anywhere, after which the block hangs for good.</summary>
    const int IdleRounds = 64;

    readonly Warp[] _warps;
    readonly NamedBarrier[] _barriers;
    readonly bool[] _blocked;
    readonly bool[] _finished;
    readonly int[] _order;

    public ThreadBlock(KernelProgram program, PtxLaunch launch, GlobalMemory global, byte* parameters)
    {
        (Program, Launch, Global) = (program, launch, global);
        Parameters = parameters;
        int threads = launch.Block.X * launch.Block.Y * launch.Block.Z;
        WarpCount = (threads + 31) / 32;
        SharedBytes = launch.DynamicSharedBytes > 0 ? program.DynamicSharedOffset + launch.DynamicSharedBytes : program.DynamicSharedOffset;
        Shared = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(SharedBytes, 16), 1024);
        Counts = launch.Counters is null ? null : new long[program.Instructions.Length];
        if (launch.CheckRaces && SharedBytes > 0) Races = new RaceChecker(SharedBytes, WarpCount, program.Instructions);
        Bulk = new BulkCopies(this);
        _warps = [.. Enumerable.Range(0, WarpCount).Select(index => new Warp(this, index, program))];
        _barriers = [.. Enumerable.Range(0, 16).Select(index => new NamedBarrier(index, this))];
        (_blocked, _finished, _order) = (new bool[WarpCount], new bool[WarpCount], [.. Enumerable.Range(0, WarpCount)]);
    }

    public KernelProgram Program { get; }

    public PtxLaunch Launch { get; }

    public GlobalMemory Global { get; }

    public byte* Parameters { get; }

    public byte* Shared { get; }

    public int SharedBytes { get; }

    public int WarpCount { get; }

    public RaceChecker? Races { get; }

    public BulkCopies Bulk { get; }

    /// <summary>The mbarriers by their offset in shared memory.</summary>
    public Dictionary<int, MemoryBarrier> MemoryBarriers { get; } = [];

    public long[]? Counts { get; }

    public int UnfinishedWarps { get; private set; }

    public int LiveThreads => _warps.Sum(warp => System.Numerics.BitOperations.PopCount(warp.Live));

    public (int X, int Y, int Z) Index { get; private set; }

    /// <summary>Grows whenever something happens that a waiting warp may have waited for.</summary>
    public long Progress { get; set; }

    public void Run((int X, int Y, int Z) index)
    {
        Index = index;
        new Span<uint>(Shared, SharedBytes / 4).Fill(Warp.Poison);
        Races?.Start();
        Bulk.Clear();
        MemoryBarriers.Clear();
        foreach (var barrier in _barriers) barrier.Clear();
        Array.Clear(_blocked);
        Array.Clear(_finished);
        UnfinishedWarps = WarpCount;
        foreach (var warp in _warps)
        {
            SpecialRegisters.Fill(warp);
            warp.Start();
        }
        var random = new Random(unchecked(Launch.WarpOrderSeed + (index.X * 31 + index.Y * 17 + index.Z) * 1009));
        int idle = 0;
        while (UnfinishedWarps > 0)
        {
            long before = Progress;
            random.Shuffle(_order);
            bool anyRan = false, onlyWaited = true;
            foreach (int i in _order)
            {
                if (_finished[i] || _blocked[i]) continue;
                anyRan = true;
                long executed = _warps[i].Executed;
                onlyWaited &= Run(_warps[i]) == WarpOutcome.Yielded && _warps[i].Executed - executed < IdleRounds;
            }
            idle = Progress == before && onlyWaited ? idle + 1 : 0;
            if (idle > 0 && Bulk.LandOne(random)) continue;
            if (UnfinishedWarps > 0 && (!anyRan || idle > IdleRounds)) throw Deadlock();
        }
        if (Bulk.Unfinished is { } reason) throw Fault(reason, _warps[0], null);
    }

    WarpOutcome Run(Warp warp)
    {
        var outcome = WarpRunner.Run(warp, Program.Instructions, Counts);
        _blocked[warp.Index] = outcome == WarpOutcome.Blocked;
        if (outcome == WarpOutcome.Finished)
        {
            _finished[warp.Index] = true;
            UnfinishedWarps--;
            Progress++;
            foreach (var barrier in _barriers)
            {
                if (barrier.InUse) Located(barrier.Complete, warp);
            }
        }
        return outcome;
    }

    public NamedBarrier Barrier(ulong index) =>
        index < 16 ? _barriers[index] : throw new Trap($"there are 16 barriers and no barrier {index}");

    public void Resume(Warp warp)
    {
        _blocked[warp.Index] = false;
        warp.BlockRequested = false;
    }

    public PtxFault Fault(string reason, Warp warp, int? lane)
    {
        var instruction = Program.Instructions[warp.Counter];
        return new PtxFault(reason, Program.Name, instruction.Line, instruction.Text, Index, warp.Index, lane);
    }

    void Located(Action action, Warp warp)
    {
        try
        {
            action();
        }
        catch (Trap trap)
        {
            throw Fault(trap.Message, warp, trap.Lane);
        }
    }

    PtxFault Deadlock()
    {
        var stuck = _warps.Where(warp => !_finished[warp.Index])
            .Select(warp => $"warp {warp.Index} in line {Program.Instructions[warp.Counter].Line}");
        var first = _warps.First(warp => !_finished[warp.Index]);
        return Fault($"deadlock: {string.Join(", ", stuck)} wait for what never comes", first, null);
    }

    public void Dispose()
    {
        foreach (var warp in _warps) warp.Dispose();
        Races?.Dispose();
        NativeMemory.AlignedFree(Shared);
    }
}
