using System.Runtime.Intrinsics;
using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

readonly struct Identity : IUnary
{
    public static Vector512<T> Apply<T>(Vector512<T> a) where T : unmanaged => a;
}

/// <summary>mov, selp, setp, set and slct.</summary>
static class SelectInstructions
{
    public static Instruction Decode(SourceInstruction source, KernelBuilder builder) => source.Name switch
    {
        "mov" => Move(source, builder),
        "selp" => new Select(source, builder),
        "setp" => Comparisons.Decode(source, builder),
        "set" => Comparisons.DecodeSet(source, builder),
        "slct" when source.Type == PtxType.S32 =>
            builder.Each(source, (a, b, c) => (int)c >= 0 ? a : b, source.Types[0], source.Types[0], PtxType.S32),
        _ => throw Decoder.Unknown(source),
    };

    static Instruction Move(SourceInstruction source, KernelBuilder builder)
    {
        Decoder.Expect(source, 2);
        var (to, from) = (source.Operands[0], source.Operands[1]);
        if (source.Type == PtxType.Pred) return new PredicateMove(builder.Predicate(to), PredicateOperand.Parse(from, builder));
        if (to.StartsWith('{')) return new Unpack(source, builder);
        if (from.StartsWith('{')) return new Pack(source, builder);
        if (from is "%clock" or "%clock64" or "%globaltimer" or "%clock_hi" or "%globaltimer_lo")
        {
            return new Clock(builder.Destination(to));
        }
        return builder.Unary<Identity>(source, source.Type switch
        {
            PtxType.F16 or PtxType.BF16 => PtxType.B16, PtxType.F16x2 or PtxType.BF16x2 or PtxType.F32 => PtxType.B32, var type => type,
        });
    }

    sealed class PredicateMove(int target, PredicateOperand from) : Instruction
    {
        public override void Execute(Warp warp) => warp.SetPredicate(target, from.Read(warp));
    }

    /// <summary>A clock that counts the warp's instructions: every reading is later than the one before.</summary>
    sealed class Clock(Lanes target) : Instruction
    {
        public override void Execute(Warp warp)
        {
            for (int lane = 0; lane < 32; lane++)
            {
                if ((warp.Mask >> lane & 1) != 0) target.Write(warp, lane, (ulong)warp.Executed);
            }
        }
    }

    /// <summary>Several small registers into one, the first in the lowest bits.</summary>
    sealed class Pack : Instruction
    {
        readonly Lanes _target;
        readonly Lanes[] _pieces;
        readonly int _bits;

        public Pack(SourceInstruction source, KernelBuilder builder)
        {
            _target = builder.Destination(source.Operands[0]);
            string[] names = SourceInstruction.Split(source.Operands[1][1..^1]);
            _bits = source.Type.Bytes() * 8 / names.Length;
            _pieces = [.. names.Select(name => builder.Source(name, PtxType.B32))];
        }

        public override void Execute(Warp warp)
        {
            for (int lane = 0; lane < 32; lane++)
            {
                if ((warp.Mask >> lane & 1) == 0) continue;
                ulong result = 0;
                for (int i = 0; i < _pieces.Length; i++)
                {
                    result |= (_pieces[i].Read(warp, lane) & ((1UL << _bits) - 1)) << (i * _bits);
                }
                _target.Write(warp, lane, result);
            }
        }
    }

    /// <summary>One register into several small ones.</summary>
    sealed class Unpack : Instruction
    {
        readonly Lanes[] _targets;
        readonly Lanes _from;
        readonly int _bits;

        public Unpack(SourceInstruction source, KernelBuilder builder)
        {
            string[] names = SourceInstruction.Split(source.Operands[0][1..^1]);
            _bits = source.Type.Bytes() * 8 / names.Length;
            _targets = [.. names.Select(builder.Destination)];
            _from = builder.Source(source.Operands[1], source.Type);
        }

        public override void Execute(Warp warp)
        {
            for (int lane = 0; lane < 32; lane++)
            {
                if ((warp.Mask >> lane & 1) == 0) continue;
                ulong value = _from.Read(warp, lane);
                for (int i = 0; i < _targets.Length; i++)
                {
                    _targets[i].Write(warp, lane, value >> (i * _bits) & ((1UL << _bits) - 1));
                }
            }
        }
    }

    /// <summary>d = p ? a : b.</summary>
    sealed unsafe class Select : Instruction
    {
        readonly int _d, _a, _b;
        readonly bool _wide;
        readonly PredicateOperand _predicate;

        public Select(SourceInstruction source, KernelBuilder builder)
        {
            Decoder.Expect(source, 4);
            var type = source.Type;
            (_d, _a, _b) = (builder.To(source, type), builder.From(source, 1, type), builder.From(source, 2, type));
            (_wide, _predicate) = (type.Bytes() == 8, PredicateOperand.Parse(source.Operands[3], builder));
        }

        public override void Execute(Warp warp)
        {
            uint predicate = _predicate.Read(warp);
            byte* target = warp.Target(_d), first = warp.Registers + _a, second = warp.Registers + _b;
            if (_wide)
            {
                for (int i = 0; i < 32; i++) ((ulong*)target)[i] = (predicate >> i & 1) != 0 ? ((ulong*)first)[i] : ((ulong*)second)[i];
                warp.Commit(_d, 256);
                return;
            }
            for (int i = 0; i < 32; i += 16)
            {
                var chosen = Vector512.Equals(Vector512.Create(predicate >> i) & BitOfLane, BitOfLane);
                Vector512.ConditionalSelect(chosen, Vector512.Load((uint*)first + i), Vector512.Load((uint*)second + i))
                    .Store((uint*)target + i);
            }
            warp.Commit(_d, 128);
        }

        static readonly Vector512<uint> BitOfLane = Vector512.Create(
            1u, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
    }
}
