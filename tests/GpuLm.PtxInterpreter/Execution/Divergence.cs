namespace GpuLm.PtxInterpreter.Execution;

/// <summary>
/// Where the lanes of a warp stand: groups with one place each. The group that is furthest back runs, until it reaches or passes another;
/// groups at the same place become one. A group at a collective instruction that lacks lanes is parked until they come; one that waits in
/// vain for other threads rests until the warp's next turn, as what it waits for may be another group's to do.
/// </summary>
sealed class Divergence
{
    readonly int[] _place = new int[33];
    readonly uint[] _mask = new uint[33];
    readonly bool[] _parked = new bool[33];
    readonly bool[] _rests = new bool[33];
    int _count;

    /// <summary>Whether no group waits beside the one that was taken.</summary>
    public bool Alone => _count == 0;

    public bool Any => _count > 0;

    public void Start(uint lanes)
    {
        _count = 0;
        Put(0, lanes);
    }

    public void Put(int place, uint mask, bool parked = false, bool rests = false)
    {
        if (mask == 0) return;
        (_place[_count], _mask[_count], _parked[_count], _rests[_count]) = (place, mask, parked, rests);
        _count++;
    }

    /// <summary>Whether a group can run before the warp's next turn.</summary>
    public bool AnyAwake
    {
        get
        {
            for (int i = 0; i < _count; i++)
            {
                if (!_parked[i] && !_rests[i]) return true;
            }
            return false;
        }
    }

    /// <summary>Whether a group waits for the warp's next turn.</summary>
    public bool AnyRests => Array.IndexOf(_rests, true, 0, _count) >= 0;

    /// <summary>A new turn: no group rests.</summary>
    public void Wake() => Array.Clear(_rests);

    /// <summary>Takes out the group that runs next; false where all that are left are parked.</summary>
    public bool Take(out int place, out uint mask)
    {
        (place, mask) = (int.MaxValue, 0);
        for (int i = 0; i < _count; i++)
        {
            if (!_parked[i] && !_rests[i] && _place[i] < place) place = _place[i];
        }
        if (place == int.MaxValue) return false;
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            if (_place[i] == place)
            {
                mask |= _mask[i];
                continue;
            }
            (_place[kept], _mask[kept], _parked[kept], _rests[kept]) = (_place[i], _mask[i], _parked[i], _rests[i]);
            kept++;
        }
        _count = kept;
        return true;
    }

    /// <summary>The nearest place ahead where another group stands.</summary>
    public int NextAfter(int place)
    {
        int next = int.MaxValue;
        for (int i = 0; i < _count; i++)
        {
            if (_place[i] > place && _place[i] < next) next = _place[i];
        }
        return next;
    }

    /// <summary>Lets parked groups try again: lanes that they waited for may have ended.</summary>
    public void Unpark() => Array.Clear(_parked);

    /// <summary>The place of a parked group, to say where a warp hangs.</summary>
    public int ParkedPlace => _place[Array.IndexOf(_parked, true, 0, _count)];
}
