namespace GpuLm.PtxInterpreter.Execution;

/// <summary>One of a block's 16 barriers: counts warps, and lets those that wait go when the expected number has arrived.</summary>
sealed class NamedBarrier(int index, ThreadBlock block)
{
    readonly List<(Warp Warp, Action<Warp, uint>? Finish)> _waiting = [];
    readonly int[] _clock = new int[block.WarpCount + 1];
    int _arrived;
    int? _expected;

    /// <summary>What the arrived threads' predicates come to: how many are true.</summary>
    uint _votes;

    public bool InUse => _arrived > 0;

    public void Clear()
    {
        _waiting.Clear();
        Array.Clear(_clock);
        (_arrived, _expected, _votes) = (0, null, 0);
    }

    /// <summary>
    /// A warp arrives, and stays if it waits. Expected is the number of threads that the instruction names; without one it is the whole
    /// block.
    /// </summary>
    public void Arrive(Warp warp, int? expected, bool waits, uint votes = 0, Action<Warp, uint>? finish = null)
    {
        if (expected % 32 is not (null or 0)) throw new Trap($"barrier {index} expects {expected} threads, which is no multiple of 32");
        if (_arrived > 0 && _expected != expected)
        {
            throw new Trap($"barrier {index} expects {Name(expected)} here and {Name(_expected)} in a warp that came before");
        }
        _expected = expected;
        _arrived++;
        _votes += votes;
        block.Races?.Release(warp.Index, _clock);
        if (waits)
        {
            _waiting.Add((warp, finish));
            warp.BlockRequested = true;
        }
        Complete();
    }

    /// <summary>Lets the waiting warps go if nobody is missing.</summary>
    public void Complete()
    {
        int needed = _expected is { } threads ? threads / 32 : block.UnfinishedWarps;
        if (_arrived == 0 || _arrived < needed) return;
        if (_arrived > needed) throw new Trap($"barrier {index} expects {needed} warps and {_arrived} came");
        // A warp that ended has arrived at a barrier of the whole block, and at no other.
        bool everybody = _waiting.Count == (_expected is null ? block.UnfinishedWarps : block.WarpCount);
        var (released, votes) = (_waiting.ToArray(), _votes);
        int[] clock = [.. _clock];
        Clear();
        if (everybody) block.Races?.SynchronizeAll();
        foreach (var (warp, finish) in released)
        {
            if (!everybody) block.Races?.Acquire(warp.Index, clock);
            finish?.Invoke(warp, votes);
            block.Resume(warp);
        }
        block.Progress++;
    }

    static string Name(int? expected) => expected is { } threads ? $"{threads} threads" : "the whole block";
}
