using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>
/// What ldmatrix and stmatrix share. A matrix has 8 rows of 8 values of 16 bits; lanes 0 to 7 hold the addresses of the first one's rows,
/// lanes 8 to 15 those of the second one's and so on. In the registers, lane i has row i / 4, columns 2 (i mod 4) and the next; transposed
/// it is the other way round.
/// </summary>
abstract unsafe class MatrixTransfer : WholeWarpInstruction
{
    readonly Lanes _address;
    readonly StateSpace _space;
    readonly long _displacement;
    readonly bool _write;

    protected MatrixTransfer(SourceInstruction source, KernelBuilder builder, string address, string registers, bool write)
    {
        Decoder.Expect(source, 2);
        if (source.Type != PtxType.B16 || !source.Has("m8n8")) throw Decoder.Unknown(source);
        var place = builder.Address(address, MemoryInstructions.Space(source));
        (_address, _displacement) = (place.Base ?? builder.Constant(0, 8), place.Displacement);
        (_space, _write) = (place.Space, write);
        Registers = MatrixInstructions.Registers(builder, registers);
        int count = source.Has("x1") ? 1 : source.Has("x2") ? 2 : source.Has("x4") ? 4 : throw Decoder.Unknown(source);
        if (count != Registers.Length) throw new Trap($"{source.Opcode} takes {count} registers");
        Transposed = source.Has("trans");
    }

    protected int[] Registers { get; }

    protected bool Transposed { get; }

    /// <summary>Checks the rows' addresses and hands them out.</summary>
    protected void Rows(Warp warp, byte** rows)
    {
        for (int i = 0; i < 8 * Registers.Length; i++)
        {
            ulong address = _address.Read(warp, i) + (ulong)_displacement;
            var (pointer, found) = Address.ResolveOne(warp, i, address, 16, 16, _space);
            if (found != StateSpace.Shared) throw new Trap("the matrix lies outside shared memory", i);
            rows[i] = (byte*)pointer;
            if (_write) warp.Block.Races?.Write(warp, rows[i], 16);
            else warp.Block.Races?.Read(warp, rows[i], 16);
        }
    }
}

/// <summary>ldmatrix: up to four matrices from shared memory.</summary>
sealed unsafe class MatrixLoad(SourceInstruction source, KernelBuilder builder)
    : MatrixTransfer(source, builder, source.Operands[1], source.Operands[0], write: false)
{
    public override void Execute(Warp warp)
    {
        byte** rows = stackalloc byte*[32];
        Rows(warp, rows);
        for (int i = 0; i < Registers.Length; i++)
        {
            ushort* target = (ushort*)(warp.Registers + Registers[i]);
            for (int row = 0; row < 8; row++)
            {
                ushort* source = (ushort*)rows[i * 8 + row];
                if (Transposed)
                {
                    for (int column = 0; column < 8; column++) target[column * 8 + row] = source[column];
                }
                else
                {
                    Buffer.MemoryCopy(source, target + row * 8, 16, 16);
                }
            }
        }
    }
}

/// <summary>stmatrix: up to four matrices to shared memory.</summary>
sealed unsafe class MatrixStore(SourceInstruction source, KernelBuilder builder)
    : MatrixTransfer(source, builder, source.Operands[0], source.Operands[1], write: true)
{
    public override void Execute(Warp warp)
    {
        byte** rows = stackalloc byte*[32];
        Rows(warp, rows);
        for (int i = 0; i < Registers.Length; i++)
        {
            ushort* source = (ushort*)(warp.Registers + Registers[i]);
            for (int row = 0; row < 8; row++)
            {
                ushort* target = (ushort*)rows[i * 8 + row];
                for (int column = 0; column < 8; column++)
                {
                    target[column] = Transposed ? source[column * 8 + row] : source[row * 8 + column];
                }
            }
        }
    }
}
