using System.Numerics;
using System.Runtime.Intrinsics;

namespace GpuLm.PtxInterpreter.Execution;

enum StateSpace { Generic, Global, Shared, Local }

/// <summary>
/// Where an instruction goes to memory: a register with an address, or none, and a number of bytes to add.
/// A shared address counts from <see cref="SharedBase"/>. A generic one carries its space in its highest byte, so its low half is the
/// shared address itself, as on a GPU.
/// </summary>
sealed record Address(StateSpace Space, Lanes? Base, long Displacement)
{
    /// <summary>Shared memory does not start at 0, so that a null pointer is found out; a GPU keeps its first KB for itself too.</summary>
    public const uint SharedBase = 1024;
    public const ulong SharedTag = 0x01UL << 56;
    public const ulong LocalTag = 0x02UL << 56;
    public const ulong TagMask = 0xFFUL << 56;

    /// <summary>
    /// Fills <see cref="Warp.Pointers"/> for the lanes that take part, each checked for its bounds and alignment, and says which of them
    /// point to shared memory.
    /// </summary>
    public unsafe uint Resolve(Warp warp, int bytes, int alignment) =>
        Space switch
        {
            StateSpace.Global => Base is { Stride: 8 } && warp.Mask == Warp.AllLanes ? ResolveGlobal(warp, bytes, alignment)
                : ResolveEach(warp, bytes, alignment, StateSpace.Global),
            StateSpace.Shared when warp.Mask == Warp.AllLanes && Base is not null => ResolveShared(warp, bytes, alignment),
            _ => ResolveEach(warp, bytes, alignment, Space),
        };

    /// <summary>The address of one lane, as its registers have it.</summary>
    public ulong Of(Warp warp, int lane) => (Base?.Read(warp, lane) ?? 0) + (ulong)Displacement;

    /// <summary>
    /// All lanes at once, if they keep to the range that the first is in; <see cref="ResolveEach"/> finds the others, and faults.
    /// </summary>
    unsafe uint ResolveGlobal(Warp warp, int bytes, int alignment)
    {
        var source = (ulong*)(warp.Registers + Base!.Value.Offset);
        ulong first = source[0] + (ulong)Displacement;
        if (!warp.Block.Global.Contains(first, first + (ulong)bytes, ref warp.LastRange))
        {
            return ResolveEach(warp, bytes, alignment, StateSpace.Global);
        }
        var (start, end) = warp.Block.Global.Range(warp.LastRange);
        if ((start & (ulong)(alignment - 1)) != 0 || !Check(source, (ulong)Displacement - start, end - start - (ulong)bytes, alignment))
        {
            return ResolveEach(warp, bytes, alignment, StateSpace.Global);
        }
        Store(warp, source, (ulong)Displacement, bytes);
        return 0;
    }

    unsafe uint ResolveShared(Warp warp, int bytes, int alignment)
    {
        ulong* offsets = stackalloc ulong[32];
        var (offset, stride) = Base!.Value;
        uint displacement = (uint)Displacement - SharedBase;
        for (int i = 0; i < 32; i += 8)
        {
            var low = stride == 8
                ? Vector512.Load((ulong*)(warp.Registers + offset) + i) + Vector512.Create((ulong)displacement)
                : Widened((uint*)(warp.Registers + offset) + i) + Vector512.Create((ulong)displacement);
            (low & Vector512.Create((ulong)uint.MaxValue)).Store(offsets + i);
        }
        if (warp.Block.SharedBytes < bytes || !Check(offsets, 0, (ulong)(warp.Block.SharedBytes - bytes), alignment))
        {
            return ResolveEach(warp, bytes, alignment, StateSpace.Shared);
        }
        Store(warp, offsets, (ulong)warp.Block.Shared, bytes);
        return Warp.AllLanes;
    }

    static unsafe Vector512<ulong> Widened(uint* source)
    {
        var (low, high) = Vector256.Widen(Vector256.Load(source));
        return Vector512.Create(low, high);
    }

    static unsafe bool Check(ulong* source, ulong displacement, ulong most, int alignment)
    {
        var bits = Vector512<ulong>.Zero;
        for (int i = 0; i < 32; i += 8)
        {
            var address = Vector512.Load(source + i) + Vector512.Create(displacement);
            if (Vector512.GreaterThanAny(address, Vector512.Create(most))) return false;
            bits |= address;
        }
        return (bits & Vector512.Create((ulong)(alignment - 1))) == Vector512<ulong>.Zero;
    }

    /// <summary>Stores the pointers, and notes whether each lane's bytes follow those of the lane before.</summary>
    static unsafe void Store(Warp warp, ulong* source, ulong displacement, int bytes)
    {
        var expected = Vector512.Create(source[0] + displacement)
            + Vector512.Create(0UL, 1, 2, 3, 4, 5, 6, 7) * Vector512.Create((ulong)bytes);
        bool inRow = true;
        for (int i = 0; i < 32; i += 8)
        {
            var address = Vector512.Load(source + i) + Vector512.Create(displacement);
            address.Store((ulong*)warp.Pointers + i);
            inRow &= address == expected;
            expected += Vector512.Create((ulong)bytes * 8);
        }
        warp.InRow = inRow;
    }

    unsafe uint ResolveEach(Warp warp, int bytes, int alignment, StateSpace space)
    {
        uint shared = 0;
        warp.InRow = false;
        for (uint rest = warp.Mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            var (pointer, found) = ResolveOne(warp, lane, Of(warp, lane), bytes, alignment, space);
            warp.Pointers[lane] = (byte*)pointer;
            if (found == StateSpace.Shared) shared |= 1u << lane;
        }
        return shared;
    }

    /// <summary>Checks one address; the space found is never generic.</summary>
    public static unsafe (nint Pointer, StateSpace Space) ResolveOne(
        Warp warp, int lane, ulong address, int bytes, int alignment, StateSpace space)
    {
        if (space == StateSpace.Generic)
        {
            space = (address & TagMask) switch
            {
                SharedTag => StateSpace.Shared, LocalTag => StateSpace.Local, _ => StateSpace.Global,
            };
        }
        if ((address & (ulong)(alignment - 1)) != 0)
        {
            throw new Trap($"misaligned access: {bytes} bytes at {Name(space)} address 0x{address:x}", lane);
        }
        switch (space)
        {
            case StateSpace.Shared:
                ulong offset = (uint)address - (ulong)SharedBase;
                if (offset + (ulong)bytes <= (ulong)warp.Block.SharedBytes && offset < int.MaxValue)
                {
                    return ((nint)(warp.Block.Shared + offset), space);
                }
                break;
            case StateSpace.Local:
                if ((uint)address + (ulong)bytes <= (ulong)warp.LocalBytes)
                {
                    return ((nint)(warp.Local + (long)lane * warp.LocalBytes + (uint)address), space);
                }
                break;
            default:
                if (warp.Block.Global.Contains(address, address + (ulong)bytes, ref warp.LastRange)) return ((nint)address, space);
                break;
        }
        throw new Trap($"out-of-range access: {bytes} bytes at {Name(space)} address 0x{address:x}", lane);
    }

    static string Name(StateSpace space) => space.ToString().ToLowerInvariant();
}
