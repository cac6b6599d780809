using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GpuLm.PtxInterpreter.Execution;

/// <summary>
/// 32 lanes and their registers. A register is 32 values side by side, 4 bytes apart or, for 64-bit registers, 8; a predicate is one bit a
/// lane. Every instruction writes what it computed for all lanes either in place or, where some lanes do not take part, by way of a scratch
/// register.
/// </summary>
sealed unsafe class Warp : IDisposable
{
    public const uint AllLanes = 0xFFFFFFFF;

    /// <summary>What registers and shared memory hold before anybody wrote there.</summary>
    public const uint Poison = 0x7FC0FE0D;

    readonly byte* _allocation;
    readonly int _slotBytes;
    readonly int _registerBytes;

    public Warp(ThreadBlock block, int index, KernelProgram program)
    {
        (Block, Index, _slotBytes, _registerBytes) = (block, index, program.SlotBytes, program.RegisterBytes);
        Predicates = new uint[program.Predicates];
        _allocation = (byte*)NativeMemory.AlignedAlloc((nuint)(_slotBytes + _registerBytes + 512 + 256), 64);
        Registers = _allocation + _slotBytes;
        _scratch = Registers + _registerBytes;
        Pointers = (byte**)(_scratch + 512);
        LocalBytes = program.LocalBytes;
        Local = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(16, LocalBytes * 32), 64);
        foreach (var constant in program.Constants) FillSlot(constant.Offset, constant.Stride, constant.Bits);
        SpecialRegisters.FillOnce(this, program);
        int threads = block.Launch.Block.X * block.Launch.Block.Y * block.Launch.Block.Z;
        Present = threads - index * 32 >= 32 ? AllLanes : (1u << (threads - index * 32)) - 1;
    }

    readonly byte* _scratch;

    public ThreadBlock Block { get; }

    public int Index { get; }

    public byte* Registers { get; }

    public uint[] Predicates { get; }

    /// <summary>Where the lanes' addresses go once they are checked.</summary>
    public byte** Pointers { get; }

    public byte* Local { get; }

    public int LocalBytes { get; }

    /// <summary>The lanes that have a thread.</summary>
    public uint Present { get; }

    /// <summary>The lanes that have not ended.</summary>
    public uint Live;

    /// <summary>The lanes that take part in the running instruction.</summary>
    public uint Mask;

    /// <summary>Whether no living lane is left out, so that results may be written over whole registers.</summary>
    public bool Whole;

    /// <summary>Set by an instruction that found nothing to go on with: another warp should run.</summary>
    public bool YieldRequested;

    /// <summary>Set by an instruction at which the warp must stay until a barrier lets it go.</summary>
    public bool BlockRequested;

    /// <summary>The index of the running instruction.</summary>
    public int Counter;

    /// <summary>Whether the lanes' bytes at <see cref="Pointers"/> follow each other without a gap.</summary>
    public bool InRow;

    /// <summary>The memory range that was hit last.</summary>
    public int LastRange;

    public Divergence Lanes { get; } = new();

    public AsyncCopies Copies { get; } = new();

    public WarpGroupMultiplies Multiplies { get; } = new();

    public long Executed;

    public void Start()
    {
        Live = Present;
        Lanes.Start(Present);
        Copies.Clear();
        Multiplies.Clear();
        Executed = 0;
        (YieldRequested, BlockRequested) = (false, false);
        new Span<uint>(Registers, _registerBytes / 4).Fill(Poison);
        new Span<uint>(Local, LocalBytes * 8).Fill(Poison);
        Array.Clear(Predicates);
    }

    public void FillSlot(int offset, int stride, ulong bits)
    {
        if (stride == 8) new Span<ulong>(Registers + offset, 32).Fill(bits);
        else new Span<uint>(Registers + offset, 32).Fill((uint)bits);
    }

    /// <summary>Where an instruction writes a register's 32 values; <see cref="Commit"/> must follow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* Target(int offset) => Whole ? Registers + offset : _scratch;

    /// <summary>A second register of scratch, for instructions with two results.</summary>
    public byte* Scratch => _scratch + 256;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Commit(int offset, int bytes)
    {
        if (!Whole) Blend(offset, bytes);
    }

    void Blend(int offset, int bytes)
    {
        byte* destination = Registers + offset;
        for (uint rest = Mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            if (bytes == 256) ((ulong*)destination)[lane] = ((ulong*)_scratch)[lane];
            else ((uint*)destination)[lane] = ((uint*)_scratch)[lane];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetPredicate(int predicate, uint bits)
    {
        ref uint value = ref Predicates[predicate];
        value = (value & ~Mask) | (bits & Mask);
    }

    /// <summary>The one value that all lanes taking part have in a register; a trap where they differ.</summary>
    public ulong Uniform(Lanes source, string what)
    {
        int first = BitOperations.TrailingZeroCount(Mask);
        ulong value = source.Read(this, first);
        for (uint rest = Mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            if (source.Read(this, lane) != value) throw new Trap($"{what} differs among the lanes of a warp", lane);
        }
        return value;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_allocation);
        NativeMemory.AlignedFree(Local);
    }
}

/// <summary>An operand that lies in a register: where its values are and how far apart.</summary>
readonly unsafe record struct Lanes(int Offset, int Stride)
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Read(Warp warp, int lane) =>
        Stride == 8 ? ((ulong*)(warp.Registers + Offset))[lane] : ((uint*)(warp.Registers + Offset))[lane];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(Warp warp, int lane, ulong bits)
    {
        if (Stride == 8) ((ulong*)(warp.Registers + Offset))[lane] = bits;
        else ((uint*)(warp.Registers + Offset))[lane] = (uint)bits;
    }
}
