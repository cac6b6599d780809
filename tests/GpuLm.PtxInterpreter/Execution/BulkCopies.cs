using System.Numerics;

namespace GpuLm.PtxInterpreter.Execution;

/// <summary>
/// What the copy engine of a block has been told to do. A load lands as late as it may: when no warp can go on without one. Which of them
/// is first then is drawn. A store reads shared memory when its thread waits for it.
/// </summary>
sealed unsafe class BulkCopies(ThreadBlock block)
{
    /// <param name="Destination">The pieces of shared memory that the copy fills.</param>
    /// <param name="Fill">Brings the bytes.</param>
    /// <param name="Bytes">What the barrier is told.</param>
    /// <param name="Barrier">The barrier.</param>
    readonly record struct Load(IReadOnlyList<(nint Start, int Bytes)> Destination, Action Fill, long Bytes, MemoryBarrier Barrier);

    readonly record struct Store(
        Warp Warp, int Lane, int Group, IReadOnlyList<(nint Start, int Bytes)> Source, Action Write);

    readonly List<Load> _loads = [];
    readonly List<Store> _stores = [];
    readonly Dictionary<(int Warp, int Lane), int> _groups = [];

    public void Clear()
    {
        _loads.Clear();
        _stores.Clear();
        _groups.Clear();
    }

    public void BeginLoad(Warp warp, IReadOnlyList<(nint Start, int Bytes)> destination, Action fill, long bytes, MemoryBarrier barrier)
    {
        foreach (var (start, length) in destination) block.Races?.Begin(warp, (byte*)start, length);
        _loads.Add(new Load(destination, fill, bytes, barrier));
    }

    /// <summary>Lets one load land; false where there is none.</summary>
    public bool LandOne(Random random)
    {
        if (_loads.Count == 0) return false;
        int index = random.Next(_loads.Count);
        var load = _loads[index];
        _loads.RemoveAt(index);
        load.Fill();
        foreach (var (start, length) in load.Destination) block.Races?.LandCopy(block, (byte*)start, length);
        load.Barrier.Deliver(load.Bytes);
        block.Progress++;
        return true;
    }

    public void BeginStore(Warp warp, int lane, IReadOnlyList<(nint Start, int Bytes)> source, Action write)
    {
        foreach (var (start, length) in source) block.Races?.Read(warp, (byte*)start, length);
        _stores.Add(new Store(warp, lane, _groups.GetValueOrDefault((warp.Index, lane)), source, write));
    }

    /// <summary>Closes the stores that each lane has begun into a group.</summary>
    public void Commit(Warp warp)
    {
        for (uint rest = warp.Mask; rest != 0; rest &= rest - 1)
        {
            var thread = (warp.Index, BitOperations.TrailingZeroCount(rest));
            _groups[thread] = _groups.GetValueOrDefault(thread) + 1;
        }
    }

    /// <summary>Does the stores of the lanes' groups, but for the newest few.</summary>
    public void Wait(Warp warp, int newest)
    {
        for (int i = 0; i < _stores.Count;)
        {
            var store = _stores[i];
            bool due = store.Warp == warp && (warp.Mask >> store.Lane & 1) != 0
                && store.Group < _groups.GetValueOrDefault((warp.Index, store.Lane)) - newest;
            if (!due)
            {
                i++;
                continue;
            }
            foreach (var (start, length) in store.Source) block.Races?.Read(warp, (byte*)start, length);
            store.Write();
            _stores.RemoveAt(i);
        }
    }

    /// <summary>Shared memory is gone when a block ends: what still reads or writes it is a fault.</summary>
    public string? Unfinished => _loads.Count > 0 ? "the block ends while a bulk copy to its shared memory is under way"
        : _stores.Count > 0 ? "the block ends while a bulk copy from its shared memory is under way" : null;
}
