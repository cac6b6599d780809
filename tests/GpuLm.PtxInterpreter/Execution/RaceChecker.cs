using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GpuLm.PtxInterpreter.Execution;

/// <summary>
/// Finds accesses of two warps to the same shared bytes, at least one of them a write, that nothing orders. Vector clocks: a warp's clock
/// moves on whenever it lets others know what it did (a release), and others learn of it when they acquire. Clocks are drawn from one
/// counter, so that a barrier of the whole block can say "everything up to here is ordered" with one number, and so that old entries need
/// no clearing when the next block starts. A word remembers its last write and each warp's last read, with the bytes concerned.
/// </summary>
sealed unsafe class RaceChecker : IDisposable
{
    const int InFlight = int.MaxValue;
    const int Several = -1;
    const int AtomicFlag = 1 << 16;

    readonly int _words;
    readonly int _warps;
    readonly int* _memory;
    readonly int* _writeClock;
    readonly int* _writeInfo;
    readonly int* _writePlace;
    readonly int* _readLatest;
    readonly int* _lastReader;
    readonly int* _readClock;
    readonly int* _readInfo;
    readonly int[] _epoch;
    readonly int[][] _known;
    readonly Instruction[] _code;
    int _counter;
    int _safe;

    public RaceChecker(int sharedBytes, int warps, Instruction[] code)
    {
        (_words, _warps, _code) = ((sharedBytes + 3) / 4, warps + 1, code);
        long ints = (long)_words * (5 + 2 * _warps) + 16;
        _memory = (int*)NativeMemory.AllocZeroed((nuint)ints, 4);
        _writeClock = _memory;
        _writeInfo = _writeClock + _words;
        _writePlace = _writeInfo + _words;
        _readLatest = _writePlace + _words;
        _lastReader = _readLatest + _words;
        _readClock = _lastReader + _words;
        _readInfo = _readClock + (long)_words * _warps;
        _epoch = new int[_warps];
        _known = [.. Enumerable.Range(0, _warps).Select(_ => new int[_warps])];
    }

    /// <summary>Starts a block: nothing that was done before concerns it.</summary>
    public void Start()
    {
        for (int word = 0; word < _words; word++)
        {
            if (_writeClock[word] == InFlight) _writeClock[word] = 0;
        }
        SynchronizeAll();
    }

    /// <summary>All warps have met: whatever any of them did is ordered before whatever comes.</summary>
    public void SynchronizeAll()
    {
        _safe = _counter;
        for (int warp = 0; warp < _warps; warp++) _epoch[warp] = ++_counter;
    }

    /// <summary>Adds what a warp knows and did to a barrier's clock, and starts a new epoch of the warp.</summary>
    public void Release(int warp, int[] clock)
    {
        _known[warp][warp] = _epoch[warp];
        for (int i = 0; i < _warps; i++) clock[i] = Math.Max(clock[i], _known[warp][i]);
        _epoch[warp] = ++_counter;
    }

    /// <summary>The copy engine, which counts as one more warp, lets others know what it has brought.</summary>
    public void ReleaseCopies(int[] clock) => Release(_warps - 1, clock);

    /// <summary>A bulk copy has landed, as a write of the copy engine.</summary>
    public void LandCopy(ThreadBlock block, byte* pointer, int bytes)
    {
        int first = (int)(pointer - block.Shared) / 4;
        for (int word = first; word < first + (bytes + 3) / 4; word++)
        {
            _writeClock[word] = _epoch[_warps - 1];
            _writeInfo[word] = (_warps - 1) | 15 << 8;
        }
    }

    /// <summary>Lets a warp know what a barrier's clock knows.</summary>
    public void Acquire(int warp, int[] clock)
    {
        for (int i = 0; i < _warps; i++) _known[warp][i] = Math.Max(_known[warp][i], clock[i]);
    }

    public void Read(Warp warp, byte* pointer, int bytes)
    {
        if (bytes % 16 == 0 && ReadWords(warp, (int)(pointer - warp.Block.Shared) / 4, bytes / 4)) return;
        for (var (word, left, mask) = Locate(warp, pointer, bytes); left > 0; word++, left -= 4)
        {
            if (_writeClock[word] > _safe) CheckWrite(warp, word, mask, "reads", atomic: false);
            RecordRead(warp, word, mask);
        }
    }

    public void Write(Warp warp, byte* pointer, int bytes, bool atomic = false)
    {
        if (bytes % 16 == 0 && !atomic && WriteWords(warp, (int)(pointer - warp.Block.Shared) / 4, bytes / 4)) return;
        for (var (word, left, mask) = Locate(warp, pointer, bytes); left > 0; word++, left -= 4)
        {
            if (_writeClock[word] > _safe) CheckWrite(warp, word, mask, "writes", atomic);
            if (_readLatest[word] > _safe) CheckReads(warp, word, mask);
            _writeClock[word] = _epoch[warp.Index];
            _writeInfo[word] = warp.Index | mask << 8 | (atomic ? AtomicFlag : 0);
            _writePlace[word] = warp.Counter;
        }
    }

    /// <summary>A copy has begun: until it lands, nobody may touch its bytes.</summary>
    public void Begin(Warp warp, byte* pointer, int bytes)
    {
        Write(warp, pointer, bytes);
        for (var (word, left, _) = Locate(warp, pointer, bytes); left > 0; word++, left -= 4) _writeClock[word] = InFlight;
    }

    /// <summary>A copy has landed, as a write of the warp that waited for it.</summary>
    public void Land(Warp warp, byte* pointer, int bytes)
    {
        for (var (word, left, _) = Locate(warp, pointer, bytes); left > 0; word++, left -= 4) _writeClock[word] = _epoch[warp.Index];
    }

    /// <summary>
    /// The short way for whole words in fours: where nobody else has written since all warps met, or this warp alone has, there is nothing
    /// to find, and the reads are recorded. False where the long way must look.
    /// </summary>
    bool ReadWords(Warp warp, int first, int words)
    {
        var (epoch, safe, me) = (Vector128.Create(_epoch[warp.Index]), Vector128.Create(_safe), Vector128.Create(warp.Index));
        for (int word = first; word < first + words; word += 4)
        {
            if (!Undisturbed(word, safe, me)) return false;
        }
        int* clocks = _readClock + (long)warp.Index * _words, infos = _readInfo + (long)warp.Index * _words;
        var info = Vector128.Create(15 | warp.Counter << 4);
        for (int word = first; word < first + words; word += 4)
        {
            var latest = Vector128.Load(_readLatest + word);
            var alone = Vector128.LessThanOrEqual(latest, safe) | Vector128.Equals(Vector128.Load(_lastReader + word), me);
            Vector128.ConditionalSelect(alone, me, Vector128.Create(Several)).Store(_lastReader + word);
            Vector128.Max(latest, epoch).Store(_readLatest + word);
            epoch.Store(clocks + word);
            info.Store(infos + word);
        }
        return true;
    }

    /// <inheritdoc cref="ReadWords"/>
    bool WriteWords(Warp warp, int first, int words)
    {
        var (epoch, safe, me) = (Vector128.Create(_epoch[warp.Index]), Vector128.Create(_safe), Vector128.Create(warp.Index));
        for (int word = first; word < first + words; word += 4)
        {
            var unread = Vector128.LessThanOrEqual(Vector128.Load(_readLatest + word), safe)
                | Vector128.Equals(Vector128.Load(_lastReader + word), me);
            if (unread != Vector128<int>.AllBitsSet || !Undisturbed(word, safe, me)) return false;
        }
        for (int word = first; word < first + words; word += 4)
        {
            epoch.Store(_writeClock + word);
            Vector128.Create(warp.Index | 15 << 8).Store(_writeInfo + word);
            Vector128.Create(warp.Counter).Store(_writePlace + word);
        }
        return true;
    }

    bool Undisturbed(int word, Vector128<int> safe, Vector128<int> me)
    {
        var clock = Vector128.Load(_writeClock + word);
        var own = Vector128.Equals(Vector128.Load(_writeInfo + word) & Vector128.Create(0xFF), me)
            & ~Vector128.Equals(clock, Vector128.Create(InFlight));
        return (Vector128.LessThanOrEqual(clock, safe) | own) == Vector128<int>.AllBitsSet;
    }

    static (int Word, int Bytes, int Mask) Locate(Warp warp, byte* pointer, int bytes)
    {
        long offset = pointer - warp.Block.Shared;
        int mask = bytes >= 4 ? 15 : ((1 << bytes) - 1) << (int)(offset & 3);
        return ((int)(offset >> 2), bytes, mask);
    }

    void RecordRead(Warp warp, int word, int mask)
    {
        int epoch = _epoch[warp.Index];
        long entry = (long)warp.Index * _words + word;
        int earlier = _readClock[entry] == epoch ? _readInfo[entry] & 15 : 0;
        _readClock[entry] = epoch;
        _readInfo[entry] = earlier | mask | warp.Counter << 4;
        _lastReader[word] = _readLatest[word] <= _safe || _lastReader[word] == warp.Index ? warp.Index : Several;
        if (_readLatest[word] < epoch) _readLatest[word] = epoch;
    }

    void CheckWrite(Warp warp, int word, int mask, string verb, bool atomic)
    {
        int info = _writeInfo[word], writer = info & 0xFF;
        if ((info >> 8 & mask & 15) == 0) return;
        if (_writeClock[word] == InFlight)
        {
            throw Race(warp, word, verb, writer, _writePlace[word], "under way in a copy that nobody has waited for, begun");
        }
        if (writer == warp.Index || _known[warp.Index][writer] >= _writeClock[word] || (atomic && (info & AtomicFlag) != 0)) return;
        throw Race(warp, word, verb, writer, _writePlace[word], "written");
    }

    void CheckReads(Warp warp, int word, int mask)
    {
        for (int reader = 0; reader < _warps; reader++)
        {
            long entry = (long)reader * _words + word;
            int clock = _readClock[entry];
            if (reader == warp.Index || clock <= _safe || clock <= _known[warp.Index][reader] || (_readInfo[entry] & mask) == 0) continue;
            throw Race(warp, word, "writes", reader, _readInfo[entry] >> 4, "read");
        }
    }

    Trap Race(Warp warp, int word, string verb, int other, int place, string what) => new(
        $"race: warp {warp.Index} {verb} the shared word at byte {word * 4}, {what} by {Name(other)} in line {_code[place].Line} "
        + $"\"{_code[place].Text}\" with nothing that orders the two");

    string Name(int warp) => warp == _warps - 1 ? "a bulk copy begun" : $"warp {warp}";

    public void Dispose() => NativeMemory.Free(_memory);

    /// <summary>Records what the lanes in a mask read or wrote through <see cref="Warp.Pointers"/>.</summary>
    public void Record(Warp warp, uint lanes, int bytes, bool write, bool atomic = false)
    {
        if (warp.InRow && bytes % 4 == 0 && !atomic)
        {
            if (write) Write(warp, warp.Pointers[0], 32 * bytes);
            else Read(warp, warp.Pointers[0], 32 * bytes);
            return;
        }
        for (; lanes != 0; lanes &= lanes - 1)
        {
            byte* pointer = warp.Pointers[BitOperations.TrailingZeroCount(lanes)];
            if (write) Write(warp, pointer, bytes, atomic);
            else Read(warp, pointer, bytes);
        }
    }
}
