using System.Runtime.Intrinsics;
using GpuLm.PtxInterpreter.Execution;

namespace GpuLm.PtxInterpreter.Instructions;

interface IUnary
{
    static abstract Vector512<T> Apply<T>(Vector512<T> a) where T : unmanaged;
}

interface IBinary
{
    static abstract Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b) where T : unmanaged;
}

interface ITernary
{
    static abstract Vector512<T> Apply<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c) where T : unmanaged;
}

/// <summary>
/// An operation on whole registers, some lanes at a time. 16-bit values lie 4 bytes apart as 32-bit ones do; what the operation makes of
/// the upper halves is never read.
/// </summary>
sealed unsafe class VectorUnary<T, TOperation>(int d, int a) : Instruction where T : unmanaged where TOperation : struct, IUnary
{
    public override void Execute(Warp warp)
    {
        int bytes = 32 * Math.Max(4, sizeof(T));
        byte* target = warp.Target(d), first = warp.Registers + a;
        for (int i = 0; i < bytes; i += 64) TOperation.Apply(Vector512.Load((T*)(first + i))).Store((T*)(target + i));
        warp.Commit(d, bytes);
    }
}

/// <inheritdoc cref="VectorUnary{T, TOperation}"/>
sealed unsafe class VectorBinary<T, TOperation>(int d, int a, int b) : Instruction where T : unmanaged where TOperation : struct, IBinary
{
    public override void Execute(Warp warp)
    {
        int bytes = 32 * Math.Max(4, sizeof(T));
        byte* target = warp.Target(d), first = warp.Registers + a, second = warp.Registers + b;
        for (int i = 0; i < bytes; i += 64)
        {
            TOperation.Apply(Vector512.Load((T*)(first + i)), Vector512.Load((T*)(second + i))).Store((T*)(target + i));
        }
        warp.Commit(d, bytes);
    }
}

/// <inheritdoc cref="VectorUnary{T, TOperation}"/>
sealed unsafe class VectorTernary<T, TOperation>(int d, int a, int b, int c) : Instruction
    where T : unmanaged where TOperation : struct, ITernary
{
    public override void Execute(Warp warp)
    {
        int bytes = 32 * Math.Max(4, sizeof(T));
        byte* target = warp.Target(d), first = warp.Registers + a, second = warp.Registers + b, third = warp.Registers + c;
        for (int i = 0; i < bytes; i += 64)
        {
            TOperation.Apply(Vector512.Load((T*)(first + i)), Vector512.Load((T*)(second + i)), Vector512.Load((T*)(third + i)))
                .Store((T*)(target + i));
        }
        warp.Commit(d, bytes);
    }
}

/// <summary>An operation that is worked out lane by lane, on the bits of its operands.</summary>
sealed class LaneOperation(Lanes d, Lanes[] sources, Func<ulong, ulong, ulong, ulong> operation) : Instruction
{
    readonly Lanes _a = sources[0];
    readonly Lanes _b = sources[Math.Min(1, sources.Length - 1)];
    readonly Lanes _c = sources[^1];

    public override void Execute(Warp warp)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            if ((warp.Mask >> lane & 1) == 0) continue;
            d.Write(warp, lane, operation(_a.Read(warp, lane), _b.Read(warp, lane), _c.Read(warp, lane)));
        }
    }
}
