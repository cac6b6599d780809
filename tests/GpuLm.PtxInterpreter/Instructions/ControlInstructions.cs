using System.Numerics;
using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>Jumps, ends, barriers and fences.</summary>
static class ControlInstructions
{
    public static Instruction Decode(SourceInstruction source, KernelBuilder builder)
    {
        switch (source.Name)
        {
            case "bra":
                var branch = new Branch();
                builder.Jump(branch, source.Operands[0]);
                return branch;
            case "ret" or "exit":
                return new Exit();
            case "trap":
                return new TrapInstruction();
            case "activemask":
                return new ActiveMask(builder.Destination(source.Operands[0]));
            case "nanosleep":
                return new Sleep();
            case "bar" or "barrier" when source.Has("warp"):
                return new WarpBarrier(builder.Source(source.Operands[0], PtxType.U32));
            case "bar" or "barrier" when source.Has("cluster"):
                throw Decoder.Unknown(source);
            case "bar" or "barrier":
                return Barriers.Decode(source, builder);
            default:
                return new MemoryInstructions.Nothing();
        }
    }

    sealed class TrapInstruction : Instruction
    {
        public override void Execute(Warp warp) => throw new Trap("the kernel came to a trap", BitOperations.TrailingZeroCount(warp.Mask));
    }

    sealed class Sleep : Instruction
    {
        public override void Execute(Warp warp) => warp.YieldRequested = true;
    }

    sealed class ActiveMask(Lanes target) : Instruction
    {
        public override void Execute(Warp warp)
        {
            for (int lane = 0; lane < 32; lane++)
            {
                if ((warp.Mask >> lane & 1) != 0) target.Write(warp, lane, warp.Mask);
            }
        }
    }

    sealed class WarpBarrier : MemberInstruction
    {
        public WarpBarrier(Lanes members) => Members = members;

        public override void Execute(Warp warp) { }
    }
}

/// <summary>An instruction for the lanes of a member mask, all of which must come to it.</summary>
abstract class MemberInstruction : Instruction
{
    protected MemberInstruction() => Kind = InstructionKind.Collective;

    protected Lanes Members { get; init; }

    public override uint Ready(Warp warp)
    {
        uint ready = 0;
        for (uint rest = warp.Mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            uint members = (uint)Members.Read(warp, lane);
            if ((members >> lane & 1) == 0) throw new Trap($"lane {lane} is not in its own member mask 0x{members:x}", lane);
            if ((members & warp.Live & ~warp.Mask) == 0) ready |= 1u << lane;
        }
        return ready;
    }
}

/// <summary>bar.sync, bar.arrive, bar.red and their other names.</summary>
static class Barriers
{
    public static Instruction Decode(SourceInstruction source, KernelBuilder builder)
    {
        bool arrive = source.Has("arrive"), reduce = source.Has("red");
        if (!arrive && !reduce && !source.Has("sync")) throw Decoder.Unknown(source);
        string[] operands = source.Operands;
        PredicateOperand? vote = reduce ? PredicateOperand.Parse(operands[^1], builder) : null;
        string[] numbers = reduce ? operands[1..^1] : operands;
        Lanes index = builder.Source(numbers[0], PtxType.U32);
        Lanes? expected = numbers.Length > 1 ? builder.Source(numbers[1], PtxType.U32) : null;
        if (arrive && expected is null) throw new Trap("an arrival without waiting must say how many threads are expected");
        Action<Warp, uint>? finish = null;
        if (reduce && source.Has("popc"))
        {
            var target = builder.Destination(operands[0]);
            finish = (warp, votes) => warp.FillSlot(target.Offset, target.Stride, votes);
        }
        else if (reduce)
        {
            int target = builder.Predicate(operands[0]);
            bool all = source.Has("and");
            finish = (warp, votes) => warp.Predicates[target] = (all ? votes == Threads(warp) : votes > 0) ? Warp.AllLanes : 0;
        }
        return new Barrier(index, expected, !arrive, vote, finish);
    }

    static uint Threads(Warp warp) => (uint)warp.Block.LiveThreads;

    sealed class Barrier : Instruction
    {
        readonly Lanes _index;
        readonly Lanes? _expected;
        readonly bool _waits;
        readonly PredicateOperand? _vote;
        readonly Action<Warp, uint>? _finish;

        public Barrier(Lanes index, Lanes? expected, bool waits, PredicateOperand? vote, Action<Warp, uint>? finish)
        {
            (_index, _expected, _waits, _vote, _finish) = (index, expected, waits, vote, finish);
            Kind = InstructionKind.Collective;
        }

        public override void Execute(Warp warp)
        {
            ulong index = warp.Uniform(_index, "the barrier's number");
            int? expected = _expected is { } lanes ? (int)warp.Uniform(lanes, "the number of threads at the barrier") : null;
            uint votes = _vote is { } vote ? (uint)BitOperations.PopCount(vote.Read(warp) & warp.Live) : 0;
            warp.Block.Barrier(index).Arrive(warp, expected, _waits, votes, _finish);
        }
    }
}
