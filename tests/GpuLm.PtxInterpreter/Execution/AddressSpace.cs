using System.Numerics;
using System.Runtime.Intrinsics;

namespace GpuLm.PtxInterpreter.Execution;

enum StateSpace { Generic, Global, Shared, Local }

/// <summary>
/// Where an instruction goes to memory: a register with an address, or none, and a number of bytes to add.
/// A shared address counts from <see cref="SharedBase"/>. A generic one carries its space in its highest byte, so its low half is the shared
/// address itself, as on a GPU.
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

    unsafe uint ResolveGlobal(Warp warp, int bytes, int alignment)
    {
        var source = (ulong*)(warp.Registers + Base!.Value.Offset);
        var destination = (ulong*)warp.Pointers;
        var displacement = Vector512.Create((ulong)Displacement);
        var low = Vector512.Create(ulong.MaxValue);
        var high = Vector512<ulong>.Zero;
        var bits = Vector512<ulong>.Zero;
        for (int i = 0; i < 32; i += 8)
        {
            var address = Vector512.Load(source + i) + displacement;
            address.Store(destination + i);
            low = Vector512.Min(low, address);
            high = Vector512.Max(high, address);
            bits |= address;
        }
        ulong first = ulong.MaxValue, last = 0, all = 0;
        for (int i = 0; i < 8; i++)
        {
            first = Math.Min(first, low[i]);
            last = Math.Max(last, high[i]);
            all |= bits[i];
        }
        if ((all & (ulong)(alignment - 1)) != 0 || last < first
            || !warp.Block.Global.Contains(first, last + (ulong)bytes, ref warp.LastRange))
        {
            return ResolveEach(warp, bytes, alignment, StateSpace.Global);
        }
        return 0;
    }

    unsafe uint ResolveShared(Warp warp, int bytes, int alignment)
    {
        byte* shared = warp.Block.Shared;
        ulong end = (ulong)warp.Block.SharedBytes - (ulong)bytes;
        var (offset, stride) = Base!.Value;
        ulong displacement = (ulong)Displacement - SharedBase;
        ulong all = 0;
        bool inside = warp.Block.SharedBytes >= bytes;
        var destination = warp.Pointers;
        if (stride == 8)
        {
            var source = (ulong*)(warp.Registers + offset);
            for (int i = 0; i < 32; i++)
            {
                ulong place = (uint)(source[i] + displacement);
                inside &= place <= end;
                all |= place;
                destination[i] = shared + place;
            }
        }
        else
        {
            var source = (uint*)(warp.Registers + offset);
            for (int i = 0; i < 32; i++)
            {
                ulong place = source[i] + (uint)displacement;
                inside &= place <= end;
                all |= place;
                destination[i] = shared + place;
            }
        }
        return inside && (all & (ulong)(alignment - 1)) == 0 ? Warp.AllLanes : ResolveEach(warp, bytes, alignment, StateSpace.Shared);
    }

    unsafe uint ResolveEach(Warp warp, int bytes, int alignment, StateSpace space)
    {
        uint shared = 0;
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
