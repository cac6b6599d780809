namespace GpuLm.PtxInterpreter.Execution;

/// <summary>
/// The wgmma of a warp that are under way. They are done when the warp waits for their group. Until then the registers of their sums hold
/// poison, so that whoever reads them too early, or forgets to wait, computes with what is no number.
/// </summary>
sealed class WarpGroupMultiplies
{
    readonly record struct Multiply(int Group, SumRegisters Sums, Action<float[]> Execute);

    readonly List<Multiply> _pending = [];
    readonly List<(SumRegisters Sums, float[] Values)> _sums = [];
    int _group;

    /// <summary>Whether registers have been handed over by wgmma.fence.</summary>
    public bool Fenced { get; set; }

    public void Clear()
    {
        _pending.Clear();
        _sums.Clear();
        (_group, Fenced) = (0, false);
    }

    public void Begin(Warp warp, SumRegisters sums, Action<float[]> execute)
    {
        if (!Fenced) throw new Trap("the first wgmma needs a wgmma.fence before it");
        if (!_sums.Exists(entry => entry.Sums.Same(sums)))
        {
            if (_sums.Exists(entry => entry.Sums.Overlaps(sums)))
            {
                throw new Trap("wgmma under way share some registers of their sums, and not all");
            }
            _sums.Add((sums, sums.TakeOver(warp)));
        }
        _pending.Add(new Multiply(_group, sums, execute));
    }

    public void Commit() => _group++;

    /// <summary>Does what is in the closed groups, but for the newest few, in the order in which it began.</summary>
    public void Wait(Warp warp, int newest)
    {
        int due = 0;
        while (due < _pending.Count && _pending[due].Group < _group - newest)
        {
            var multiply = _pending[due++];
            multiply.Execute(_sums.Find(entry => entry.Sums.Same(multiply.Sums)).Values);
        }
        _pending.RemoveRange(0, due);
        for (int i = _sums.Count - 1; i >= 0; i--)
        {
            var (sums, values) = _sums[i];
            if (_pending.Exists(multiply => multiply.Sums.Same(sums))) continue;
            sums.GiveBack(warp, values);
            _sums.RemoveAt(i);
        }
    }
}

/// <summary>
/// The registers of the sums of one warp: 16 rows of so many columns. Register i of lane l has row l / 4 and 8 more for i mod 4 in 2, 3,
/// and column 8 (i / 4) + 2 (l mod 4) + i mod 2.
/// </summary>
sealed unsafe class SumRegisters(int[] offsets)
{
    public int Columns => _offsets.Length * 2;

    readonly int[] _offsets = offsets;

    public bool Same(SumRegisters other) => _offsets.AsSpan().SequenceEqual(other._offsets);

    public bool Overlaps(SumRegisters other) => _offsets.Any(other._offsets.Contains);

    /// <summary>Reads the sums, row by row, and leaves poison.</summary>
    public float[] TakeOver(Warp warp)
    {
        float[] values = new float[16 * Columns];
        for (int i = 0; i < _offsets.Length; i++)
        {
            float* register = (float*)(warp.Registers + _offsets[i]);
            for (int lane = 0; lane < 32; lane++) values[Place(i, lane)] = register[lane];
            new Span<uint>(register, 32).Fill(Warp.Poison);
        }
        return values;
    }

    public void GiveBack(Warp warp, float[] values)
    {
        for (int i = 0; i < _offsets.Length; i++)
        {
            float* register = (float*)(warp.Registers + _offsets[i]);
            for (int lane = 0; lane < 32; lane++) register[lane] = values[Place(i, lane)];
        }
    }

    int Place(int register, int lane) =>
        (lane / 4 + (register & 2) * 4) * Columns + register / 4 * 8 + lane % 4 * 2 + register % 2;
}
