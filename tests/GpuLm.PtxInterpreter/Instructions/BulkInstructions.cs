using System.Numerics;
using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>cp.async.bulk: whole boxes of tensors, or bytes side by side, between global and shared memory.</summary>
static class BulkInstructions
{
    public static Instruction Decode(SourceInstruction source, KernelBuilder builder)
    {
        if (source.Has("commit_group")) return new Commit();
        if (source.Has("wait_group"))
        {
            return new Wait((int)(Literal.Parse(source.Operands[0], PtxType.U32)
                ?? throw new Trap("the number of groups must be a constant")));
        }
        if (source.Has("prefetch")) return new MemoryInstructions.Nothing();
        bool tensor = source.Has("tensor"), load = source.Has("mbarrier::complete_tx::bytes");
        if (source.Has("multicast::cluster") || source.Has("im2col") || (!load && !source.Has("bulk_group"))) throw Decoder.Unknown(source);
        return tensor ? new TensorCopy(source, builder, load) : new LinearCopy(source, builder, load);
    }

    sealed class Commit : Instruction
    {
        public override void Execute(Warp warp) => warp.Block.Bulk.Commit(warp);
    }

    sealed class Wait(int newest) : Instruction
    {
        public override void Execute(Warp warp) => warp.Block.Bulk.Wait(warp, newest);
    }

    /// <summary>Bytes side by side; both addresses and the number are multiples of 16.</summary>
    sealed unsafe class LinearCopy : Instruction
    {
        readonly Address _shared, _global;
        readonly Lanes _bytes;
        readonly Address? _barrier;

        public LinearCopy(SourceInstruction source, KernelBuilder builder, bool load)
        {
            _shared = builder.Address(source.Operands[load ? 0 : 1], StateSpace.Shared);
            _global = builder.Address(source.Operands[load ? 1 : 0], StateSpace.Global);
            _bytes = builder.Source(source.Operands[2], PtxType.U32);
            if (load) _barrier = builder.Address(source.Operands[3], StateSpace.Shared);
        }

        public override void Execute(Warp warp)
        {
            for (uint rest = warp.Mask; rest != 0; rest &= rest - 1)
            {
                int lane = BitOperations.TrailingZeroCount(rest), bytes = (int)_bytes.Read(warp, lane);
                if (bytes <= 0 || bytes % 16 != 0) throw new Trap($"a bulk copy of {bytes} bytes, which is no multiple of 16", lane);
                var (shared, _) = Address.ResolveOne(warp, lane, _shared.Of(warp, lane), bytes, 16, StateSpace.Shared);
                var (global, _) = Address.ResolveOne(warp, lane, _global.Of(warp, lane), bytes, 16, StateSpace.Global);
                if (_barrier is { } address)
                {
                    var barrier = MemoryBarrierInstructions.Find(address, warp, lane);
                    warp.Block.Bulk.BeginLoad(warp, [(shared, bytes)], () => Move(global, shared, bytes), bytes, barrier);
                }
                else
                {
                    warp.Block.Bulk.BeginStore(warp, lane, [(shared, bytes)], () => Move(shared, global, bytes));
                }
            }
        }

        static void Move(nint from, nint to, int bytes) => Buffer.MemoryCopy((void*)from, (void*)to, bytes, bytes);
    }

    /// <summary>A box of a tensor, whose place its tensor map and the coordinates of its first element say.</summary>
    sealed unsafe class TensorCopy : Instruction
    {
        readonly Address _shared, _map;
        readonly Lanes[] _coordinates;
        readonly Address? _barrier;

        public TensorCopy(SourceInstruction source, KernelBuilder builder, bool load)
        {
            int rank = source.Parts.First(part => part is ['1' or '2' or '3' or '4' or '5', 'd'])[0] - '0';
            if (source.Parts.Any(part => part is "im2col" or "gather4" or "scatter4")) throw Decoder.Unknown(source);
            _shared = builder.Address(source.Operands[load ? 0 : 1], StateSpace.Shared);
            string[] tensor = SourceInstruction.Split(source.Operands[load ? 1 : 0][1..^1]);
            _map = builder.Address($"[{tensor[0]}]", StateSpace.Generic);
            _coordinates = [.. MemoryInstructions.Elements(tensor[1]).Select(name => builder.Source(name, PtxType.S32))];
            if (_coordinates.Length != rank) throw new Trap($"{source.Opcode} takes {rank} coordinates");
            if (load) _barrier = builder.Address(source.Operands[2], StateSpace.Shared);
        }

        public override void Execute(Warp warp)
        {
            for (uint rest = warp.Mask; rest != 0; rest &= rest - 1) Begin(warp, BitOperations.TrailingZeroCount(rest));
        }

        void Begin(Warp warp, int lane)
        {
            var (bytes, _) = Address.ResolveOne(warp, lane, _map.Of(warp, lane), 128, 64, StateSpace.Generic);
            var map = PtxTensorMap.Decode((byte*)bytes) ?? throw new Trap("there is no tensor map at this address", lane);
            if (map.Dimensions.Length != _coordinates.Length) throw new Trap($"the tensor has {map.Dimensions.Length} dimensions", lane);
            long[] first = [.. _coordinates.Select(lanes => (long)(int)lanes.Read(warp, lane))];
            var box = new TensorBox(map, first);
            int alignment = map.Swizzle == PtxSwizzle.None ? 128 : 128 << (int)map.Swizzle;
            ulong address = _shared.Of(warp, lane);
            if ((uint)address % 128 != 0) throw new Trap($"misaligned box: shared address 0x{address:x} is no multiple of 128", lane);
            var (shared, _) = Address.ResolveOne(warp, lane, address, box.Bytes, 128, StateSpace.Shared);
            if (map.Swizzle != PtxSwizzle.None && (shared - (nint)warp.Block.Shared) % Math.Min(alignment, 1024) != 0)
            {
                throw new Trap($"misaligned box: a swizzle of this span starts at a multiple of {Math.Min(alignment, 1024)}", lane);
            }
            box.Check(warp, lane);
            nint origin = (nint)warp.Block.Shared;
            IReadOnlyList<(nint, int)> pieces = [(shared, box.Bytes)];
            if (_barrier is { } place)
            {
                var barrier = MemoryBarrierInstructions.Find(place, warp, lane);
                warp.Block.Bulk.BeginLoad(warp, pieces, () => box.Move(origin, shared, load: true), box.Bytes, barrier);
            }
            else
            {
                warp.Block.Bulk.BeginStore(warp, lane, pieces, () => box.Move(origin, shared, load: false));
            }
        }
    }
}
