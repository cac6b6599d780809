using System.Numerics;
using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>mbarrier: init, inval, arrive, expect_tx, complete_tx, test_wait and try_wait.</summary>
static class MemoryBarrierInstructions
{
    public static Instruction Decode(SourceInstruction source, KernelBuilder builder)
    {
        string[] operands = source.Operands;
        switch (source.Parts[1])
        {
            case "init":
                return new Initialize(Place(operands[0]), builder.Source(operands[1], PtxType.U32));
            case "inval":
                return new Invalidate(Place(operands[0]));
            case "expect_tx" or "complete_tx":
                return new Announce(Place(operands[0]), builder.Source(operands[1], PtxType.U32), source.Has("complete_tx") ? -1 : 1);
            case "arrive" or "arrive_drop" when source.Has("arrive") && !source.Has("shared::cluster"):
                Lanes? token = operands[0] == "_" ? null : builder.Destination(operands[0]);
                Lanes? operand = operands.Length > 2 ? builder.Source(operands[2], PtxType.U32) : null;
                bool expects = source.Has("expect_tx");
                return new Arrive(Place(operands[1]), token, expects ? null : operand, expects ? operand : null);
            case "test_wait" or "try_wait":
                bool parity = source.Has("parity");
                return new Test(Place(operands[1]), builder.Predicate(operands[0]),
                    builder.Source(operands[2], parity ? PtxType.U32 : PtxType.U64), parity, source.Has("try_wait"));
            default:
                throw Decoder.Unknown(source);
        }

        Address Place(string operand) => builder.Address(operand, MemoryInstructions.Space(source));
    }

    /// <summary>The offset of a lane's barrier in shared memory.</summary>
    static unsafe int Offset(Address address, Warp warp, int lane)
    {
        var (pointer, space) = Address.ResolveOne(warp, lane, address.Of(warp, lane), 8, 8, address.Space);
        return space == StateSpace.Shared ? (int)((byte*)pointer - warp.Block.Shared)
            : throw new Trap("the barrier lies outside shared memory", lane);
    }

    public static unsafe MemoryBarrier Find(Address address, Warp warp, int lane)
    {
        int offset = Offset(address, warp, lane);
        if (!warp.Block.MemoryBarriers.TryGetValue(offset, out var barrier)) throw new Trap($"there is no barrier at byte {offset}", lane);
        // The barrier is used as an atomic is: whoever does so must know of its making.
        warp.Block.Races?.Write(warp, warp.Block.Shared + offset, 8, atomic: true);
        return barrier;
    }

    static IEnumerable<int> LanesOf(uint mask)
    {
        for (; mask != 0; mask &= mask - 1) yield return BitOperations.TrailingZeroCount(mask);
    }

    sealed unsafe class Initialize(Address address, Lanes count) : Instruction
    {
        public override void Execute(Warp warp)
        {
            foreach (int lane in LanesOf(warp.Mask))
            {
                int offset = Offset(address, warp, lane), arrivals = (int)count.Read(warp, lane);
                if (arrivals is < 1 or >= 1 << 20) throw new Trap($"a barrier for {arrivals} arrivals", lane);
                warp.Block.Races?.Write(warp, warp.Block.Shared + offset, 8);
                warp.Block.MemoryBarriers[offset] = new MemoryBarrier(offset, arrivals, warp.Block);
            }
        }
    }

    sealed unsafe class Invalidate(Address address) : Instruction
    {
        public override void Execute(Warp warp)
        {
            foreach (int lane in LanesOf(warp.Mask))
            {
                int offset = Offset(address, warp, lane);
                warp.Block.Races?.Write(warp, warp.Block.Shared + offset, 8);
                if (!warp.Block.MemoryBarriers.Remove(offset)) throw new Trap($"there is no barrier at byte {offset}", lane);
            }
        }
    }

    sealed class Announce(Address address, Lanes bytes, int sign) : Instruction
    {
        public override void Execute(Warp warp)
        {
            foreach (int lane in LanesOf(warp.Mask)) Find(address, warp, lane).Expect(sign * (long)bytes.Read(warp, lane));
        }
    }

    sealed class Arrive(Address address, Lanes? token, Lanes? count, Lanes? bytes) : Instruction
    {
        public override void Execute(Warp warp)
        {
            foreach (int lane in LanesOf(warp.Mask))
            {
                var barrier = Find(address, warp, lane);
                token?.Write(warp, lane, (ulong)barrier.Phase);
                if (bytes is { } announced) barrier.Expect((long)announced.Read(warp, lane));
                barrier.Arrive(warp, (int)(count?.Read(warp, lane) ?? 1));
            }
        }
    }

    /// <summary>Whether the phase of a parity, or that of a token, has ended. A try that fails lets other warps run.</summary>
    sealed class Test(Address address, int target, Lanes phase, bool parity, bool yields) : Instruction
    {
        public override void Execute(Warp warp)
        {
            uint ended = 0;
            foreach (int lane in LanesOf(warp.Mask))
            {
                var barrier = Find(address, warp, lane);
                ulong asked = phase.Read(warp, lane);
                bool answer = parity ? (barrier.Phase & 1) != (long)(asked & 1) : (ulong)barrier.Phase > asked;
                if (!answer) continue;
                ended |= 1u << lane;
                barrier.Acquire(warp);
            }
            warp.SetPredicate(target, ended);
            warp.YieldRequested = yields && ended != warp.Mask;
        }
    }
}
