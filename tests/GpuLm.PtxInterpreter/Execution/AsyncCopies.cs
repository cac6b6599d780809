using System.Numerics;

namespace GpuLm.PtxInterpreter.Execution;

/// <summary>
/// The <c>cp.async</c> copies that a warp's threads have begun. They land as late as they may, when their thread waits for them, so that
/// whoever does not wait finds the old bytes.
/// </summary>
sealed unsafe class AsyncCopies
{
    readonly record struct Copy(int Lane, int Group, nint Source, nint Destination, int Bytes, int SourceBytes);

    readonly List<Copy> _pending = [];
    readonly int[] _group = new int[32];

    public void Clear()
    {
        _pending.Clear();
        Array.Clear(_group);
    }

    /// <summary>Begins a copy; bytes beyond those of the source arrive as zeros.</summary>
    public void Begin(Warp warp, int lane, nint source, nint destination, int bytes, int sourceBytes)
    {
        warp.Block.Races?.Begin(warp, (byte*)destination, bytes);
        _pending.Add(new Copy(lane, _group[lane], source, destination, bytes, sourceBytes));
    }

    /// <summary>Makes a group of everything that the lanes have begun since their last one.</summary>
    public void Commit(uint lanes)
    {
        for (; lanes != 0; lanes &= lanes - 1) _group[BitOperations.TrailingZeroCount(lanes)]++;
    }

    /// <summary>Lands the copies of the lanes' groups, but for the newest few.</summary>
    public void Wait(Warp warp, int newest) => Land(warp, copy => copy.Group < _group[copy.Lane] - newest);

    /// <summary>Lands every copy of the lanes, in a group or not.</summary>
    public void WaitAll(Warp warp) => Land(warp, _ => true);

    void Land(Warp warp, Func<Copy, bool> due)
    {
        int kept = 0;
        for (int i = 0; i < _pending.Count; i++)
        {
            var copy = _pending[i];
            if ((warp.Mask >> copy.Lane & 1) == 0 || !due(copy))
            {
                _pending[kept++] = copy;
                continue;
            }
            Buffer.MemoryCopy((void*)copy.Source, (void*)copy.Destination, copy.Bytes, copy.SourceBytes);
            new Span<byte>((byte*)copy.Destination + copy.SourceBytes, copy.Bytes - copy.SourceBytes).Clear();
            warp.Block.Races?.Land(warp, (byte*)copy.Destination, copy.Bytes);
        }
        _pending.RemoveRange(kept, _pending.Count - kept);
    }
}
