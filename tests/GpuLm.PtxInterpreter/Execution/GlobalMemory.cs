namespace GpuLm.PtxInterpreter.Execution;

/// <summary>The host memory that a launch may touch, as ranges in the order of their addresses; ranges that overlap are one.</summary>
sealed class GlobalMemory
{
    readonly ulong[] _starts;
    readonly ulong[] _ends;

    public GlobalMemory(IEnumerable<PtxMemoryRange> ranges)
    {
        List<ulong> starts = [], ends = [];
        foreach (var range in ranges.Where(range => range.Bytes > 0).OrderBy(range => (ulong)range.Start))
        {
            ulong start = (ulong)range.Start, end = start + (ulong)range.Bytes;
            if (ends.Count > 0 && start < ends[^1])
            {
                ends[^1] = Math.Max(end, ends[^1]);
                continue;
            }
            starts.Add(start);
            ends.Add(end);
        }
        (_starts, _ends) = ([.. starts], [.. ends]);
    }

    /// <summary>The range that was hit last; empty where none was.</summary>
    public (ulong Start, ulong End) Range(int hint) => (uint)hint < (uint)_starts.Length ? (_starts[hint], _ends[hint]) : (0, 0);

    /// <summary>Whether the addresses from first to end lie in one range; the hint remembers which.</summary>
    public bool Contains(ulong first, ulong end, ref int hint)
    {
        if ((uint)hint < (uint)_starts.Length && first >= _starts[hint] && end <= _ends[hint]) return true;
        int index = Array.BinarySearch(_starts, first);
        if (index < 0) index = ~index - 1;
        if (index < 0 || end > _ends[index]) return false;
        hint = index;
        return true;
    }
}
