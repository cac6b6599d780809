using System.Numerics;
using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>cp.async and its groups.</summary>
static class AsyncInstructions
{
    public static Instruction Decode(SourceInstruction source, KernelBuilder builder)
    {
        if (source.Has("bulk")) return BulkInstructions.Decode(source, builder);
        if (!source.Has("async")) throw Decoder.Unknown(source);
        if (source.Has("commit_group")) return new Commit();
        if (source.Has("wait_all")) return new Wait(null);
        if (source.Has("wait_group"))
        {
            return new Wait((int)(Literal.Parse(source.Operands[0], PtxType.U32)
                ?? throw new Trap("the number of groups must be a constant")));
        }
        if (source.Has("shared") || source.Has("shared::cta")) return new Copy(source, builder);
        throw Decoder.Unknown(source);
    }

    sealed class Commit : Instruction
    {
        public override void Execute(Warp warp) => warp.Copies.Commit(warp.Mask);
    }

    sealed class Wait(int? newest) : Instruction
    {
        public override void Execute(Warp warp)
        {
            if (newest is { } groups) warp.Copies.Wait(warp, groups);
            else warp.Copies.WaitAll(warp);
        }
    }

    /// <summary>cp.async: 4, 8 or 16 bytes a lane from global to shared memory, of which the source may have fewer, or none.</summary>
    sealed unsafe class Copy : Instruction
    {
        readonly Address _destination, _source;
        readonly int _bytes;
        readonly Lanes? _sourceBytes;
        readonly PredicateOperand? _ignore;

        public Copy(SourceInstruction source, KernelBuilder builder)
        {
            string[] operands = [.. source.Operands];
            if (source.Has("L2::cache_hint")) operands = operands[..^1];
            _destination = builder.Address(operands[0], StateSpace.Shared);
            _source = builder.Address(operands[1], StateSpace.Global);
            _bytes = (int)(Literal.Parse(operands[2], PtxType.U32) ?? throw new Trap("the size of the copy must be a constant"));
            if (_bytes is not (4 or 8 or 16) || (source.Has("cg") && _bytes != 16))
            {
                throw new Trap($"a copy of {_bytes} bytes is not possible");
            }
            if (operands.Length < 4) return;
            if (builder.IsPredicate(operands[3].TrimStart('!'))) _ignore = PredicateOperand.Parse(operands[3], builder);
            else _sourceBytes = builder.Source(operands[3], PtxType.U32);
        }

        public override void Execute(Warp warp)
        {
            uint ignored = _ignore?.Read(warp) ?? 0;
            for (uint rest = warp.Mask; rest != 0; rest &= rest - 1)
            {
                int lane = BitOperations.TrailingZeroCount(rest);
                int sourceBytes = (ignored >> lane & 1) != 0 ? 0 : (int)(_sourceBytes?.Read(warp, lane) ?? (uint)_bytes);
                if (sourceBytes > _bytes) throw new Trap($"the source has {sourceBytes} of {_bytes} bytes", lane);
                var (destination, _) = Address.ResolveOne(warp, lane, _destination.Of(warp, lane), _bytes, _bytes, StateSpace.Shared);
                ulong address = _source.Of(warp, lane);
                if (sourceBytes > 0) Address.ResolveOne(warp, lane, address, sourceBytes, 1, StateSpace.Global);
                if ((address & (ulong)(_bytes - 1)) != 0) throw new Trap($"misaligned copy of {_bytes} bytes from 0x{address:x}", lane);
                warp.Copies.Begin(warp, lane, (nint)address, destination, _bytes, sourceBytes);
            }
        }
    }
}
