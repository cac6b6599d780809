namespace GpuLm.PtxInterpreter.Execution;

/// <summary>The host memory that a launch may touch, as ranges in the order of their addresses.</summary>
sealed class GlobalMemory
{
    readonly ulong[] _starts;
    readonly ulong[] _ends;

    public GlobalMemory(IEnumerable<PtxMemoryRange> ranges)
    {
        List<(ulong Start, ulong End)> merged = [];
        foreach (var range in ranges.Where(range => range.Bytes > 0).OrderBy(range => (ulong)range.Start))
        {
            ulong start = (ulong)range.Start, end = start + (ulong)range.Bytes;
            // Views may overlap: a launch can be given one buffer twice.
            if (merged.Count > 0 && start < merged[^1].End) merged[^1] = (merged[^1].Start, Math.Max(merged[^1].End, end));
            else merged.Add((start, end));
        }
        _starts = [.. merged.Select(range => range.Start)];
        _ends = [.. merged.Select(range => range.End)];
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
