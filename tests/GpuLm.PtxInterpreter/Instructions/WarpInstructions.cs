using System.Numerics;
using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>shfl, vote, match, redux and elect: the lanes of a warp see each other's registers.</summary>
static class WarpInstructions
{
    public static Instruction Decode(SourceInstruction source, KernelBuilder builder) => source.Name switch
    {
        "shfl" when source.Has("sync") => new Shuffle(source, builder),
        "vote" when source.Has("sync") => new Vote(source, builder),
        "match" when source.Has("sync") => new Match(source, builder),
        "redux" when source.Has("sync") => new Reduce(source, builder),
        "elect" when source.Has("sync") => new Elect(source, builder),
        _ => throw Decoder.Unknown(source),
    };

    /// <summary>
    /// The third operand's bits 0 to 4 clamp the lane, bits 8 to 12 say which bits of the lane number name its segment. A lane whose
    /// partner lies outside keeps its own value.
    /// </summary>
    sealed class Shuffle : MemberInstruction
    {
        enum Mode { Up, Down, Butterfly, Index }

        readonly Lanes _target, _a, _b, _c;
        readonly int _predicate = -1;
        readonly Mode _mode;

        public Shuffle(SourceInstruction source, KernelBuilder builder)
        {
            Decoder.Expect(source, 5);
            string[] targets = source.Operands[0].Split('|', StringSplitOptions.TrimEntries);
            _target = builder.Destination(targets[0]);
            if (targets.Length > 1) _predicate = builder.Predicate(targets[1]);
            (_a, _b, _c) = (builder.Source(source.Operands[1], PtxType.B32), builder.Source(source.Operands[2], PtxType.B32),
                builder.Source(source.Operands[3], PtxType.B32));
            Members = builder.Source(source.Operands[4], PtxType.B32);
            _mode = source.Has("up") ? Mode.Up : source.Has("down") ? Mode.Down : source.Has("bfly") ? Mode.Butterfly
                : source.Has("idx") ? Mode.Index : throw Decoder.Unknown(source);
        }

        public override void Execute(Warp warp)
        {
            Span<uint> values = stackalloc uint[32];
            for (int lane = 0; lane < 32; lane++) values[lane] = (uint)_a.Read(warp, lane);
            uint inside = 0;
            for (uint rest = warp.Mask; rest != 0; rest &= rest - 1)
            {
                int lane = BitOperations.TrailingZeroCount(rest);
                int b = (int)_b.Read(warp, lane) & 31, c = (int)_c.Read(warp, lane);
                int clamp = c & 31, segment = c >> 8 & 31;
                int most = (lane & segment) | (clamp & ~segment), least = lane & segment;
                int partner = _mode switch
                {
                    Mode.Up => lane - b, Mode.Down => lane + b, Mode.Butterfly => lane ^ b, _ => least | (b & ~segment),
                };
                bool valid = _mode == Mode.Up ? partner >= most : partner <= most;
                if (!valid) partner = lane;
                else inside |= 1u << lane;
                if ((warp.Present >> partner & 1) == 0 || (warp.Mask >> partner & 1) == 0)
                {
                    throw new Trap($"the lane asks for the value of lane {partner}, which takes no part", lane);
                }
                _target.Write(warp, lane, values[partner]);
            }
            if (_predicate >= 0) warp.SetPredicate(_predicate, inside);
        }
    }

    sealed class Vote : MemberInstruction
    {
        readonly string _mode;
        readonly PredicateOperand _vote;
        readonly Lanes? _ballot;
        readonly int _predicate;

        public Vote(SourceInstruction source, KernelBuilder builder)
        {
            Decoder.Expect(source, 3);
            _mode = source.Parts.First(part => part is "all" or "any" or "uni" or "ballot");
            if (_mode == "ballot") _ballot = builder.Destination(source.Operands[0]);
            else _predicate = builder.Predicate(source.Operands[0]);
            _vote = PredicateOperand.Parse(source.Operands[1], builder);
            Members = builder.Source(source.Operands[2], PtxType.B32);
        }

        public override void Execute(Warp warp) => ForEachGroup(warp, Members, members =>
        {
            uint votes = _vote.Read(warp) & members;
            if (_ballot is { } ballot)
            {
                Write(warp, ballot, members, votes);
                return;
            }
            bool answer = _mode switch { "all" => votes == members, "any" => votes != 0, _ => votes == 0 || votes == members };
            ref uint predicate = ref warp.Predicates[_predicate];
            predicate = (predicate & ~members) | (answer ? members : 0);
        });
    }

    sealed class Match : MemberInstruction
    {
        readonly Lanes _target, _a;
        readonly int _predicate = -1;
        readonly bool _all;

        public Match(SourceInstruction source, KernelBuilder builder)
        {
            Decoder.Expect(source, 3);
            string[] targets = source.Operands[0].Split('|', StringSplitOptions.TrimEntries);
            _target = builder.Destination(targets[0]);
            if (targets.Length > 1) _predicate = builder.Predicate(targets[1]);
            (_a, _all) = (builder.Source(source.Operands[1], source.Type), source.Has("all"));
            Members = builder.Source(source.Operands[2], PtxType.B32);
        }

        public override void Execute(Warp warp) => ForEachGroup(warp, Members, members =>
        {
            uint agreed = 0;
            for (uint rest = members; rest != 0; rest &= rest - 1)
            {
                int lane = BitOperations.TrailingZeroCount(rest);
                uint same = 0;
                for (int other = 0; other < 32; other++)
                {
                    if ((members >> other & 1) != 0 && _a.Read(warp, other) == _a.Read(warp, lane)) same |= 1u << other;
                }
                if (_all) same = same == members ? same : 0;
                if (same != 0) agreed |= 1u << lane;
                _target.Write(warp, lane, same);
            }
            if (_predicate >= 0) warp.Predicates[_predicate] = (warp.Predicates[_predicate] & ~members) | agreed;
        });
    }

    sealed class Reduce : MemberInstruction
    {
        readonly Lanes _target, _a;
        readonly Func<uint, uint, uint> _combine;

        public Reduce(SourceInstruction source, KernelBuilder builder)
        {
            Decoder.Expect(source, 3);
            (_target, _a) = (builder.Destination(source.Operands[0]), builder.Source(source.Operands[1], PtxType.B32));
            Members = builder.Source(source.Operands[2], PtxType.B32);
            bool isSigned = source.Type == PtxType.S32;
            _combine = source.Parts[2] switch
            {
                "add" => (a, b) => a + b,
                "min" => (a, b) => isSigned ? (uint)Math.Min((int)a, (int)b) : Math.Min(a, b),
                "max" => (a, b) => isSigned ? (uint)Math.Max((int)a, (int)b) : Math.Max(a, b),
                "and" => (a, b) => a & b,
                "or" => (a, b) => a | b,
                "xor" => (a, b) => a ^ b,
                _ => throw Decoder.Unknown(source),
            };
        }

        public override void Execute(Warp warp) => ForEachGroup(warp, Members, members =>
        {
            uint result = (uint)_a.Read(warp, BitOperations.TrailingZeroCount(members));
            for (uint rest = members & (members - 1); rest != 0; rest &= rest - 1)
            {
                result = _combine(result, (uint)_a.Read(warp, BitOperations.TrailingZeroCount(rest)));
            }
            Write(warp, _target, members, result);
        });
    }

    /// <summary>Names the lowest lane the leader.</summary>
    sealed class Elect : MemberInstruction
    {
        readonly Lanes _target;
        readonly int _predicate;

        public Elect(SourceInstruction source, KernelBuilder builder)
        {
            Decoder.Expect(source, 2);
            string[] targets = source.Operands[0].Split('|', StringSplitOptions.TrimEntries);
            (_target, _predicate) = (builder.Destination(targets[0]), builder.Predicate(targets[1]));
            Members = builder.Source(source.Operands[1], PtxType.B32);
        }

        public override void Execute(Warp warp) => ForEachGroup(warp, Members, members =>
        {
            int leader = BitOperations.TrailingZeroCount(members);
            Write(warp, _target, members, (uint)leader);
            warp.Predicates[_predicate] = (warp.Predicates[_predicate] & ~members) | 1u << leader;
        });
    }

    /// <summary>Lanes with different member masks may come together; each mask is a group of its own.</summary>
    static void ForEachGroup(Warp warp, Lanes members, Action<uint> act)
    {
        for (uint rest = warp.Mask; rest != 0;)
        {
            uint group = (uint)members.Read(warp, BitOperations.TrailingZeroCount(rest)) & warp.Mask;
            act(group);
            rest &= ~group;
        }
    }

    static void Write(Warp warp, Lanes target, uint lanes, ulong value)
    {
        for (; lanes != 0; lanes &= lanes - 1) target.Write(warp, BitOperations.TrailingZeroCount(lanes), value);
    }
}
