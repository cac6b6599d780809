using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>The ways in which families ask for their operands and make instructions of them.</summary>
static class Operands
{
    /// <summary>The offset of a register that an instruction writes, of the size that its type asks for.</summary>
    public static int To(this KernelBuilder builder, SourceInstruction source, PtxType type) =>
        Sized(builder.Destination(source.Operands[0]), source.Operands[0], type);

    /// <summary>The offset of an operand to read, of the size that its type asks for.</summary>
    public static int From(this KernelBuilder builder, SourceInstruction source, int operand, PtxType type) =>
        Sized(builder.Source(source.Operands[operand], type), source.Operands[operand], type);

    static int Sized(Lanes lanes, string name, PtxType type)
    {
        int stride = type.Bytes() == 8 ? 8 : 4;
        if (lanes.Stride != stride && name != "_") throw new Trap($"{name} has not the size that the instruction's type asks for");
        return lanes.Offset;
    }

    /// <summary>
    /// An operation worked out lane by lane; the operands after the first are read as the types say, the last one for the rest.
    /// </summary>
    public static Instruction Each(
        this KernelBuilder builder, SourceInstruction source, Func<ulong, ulong, ulong, ulong> operation, params PtxType[] types)
    {
        var sources = new Lanes[source.Operands.Length - 1];
        for (int i = 0; i < sources.Length; i++)
        {
            sources[i] = builder.Source(source.Operands[i + 1], types[Math.Min(i, types.Length - 1)]);
        }
        return new LaneOperation(builder.Destination(source.Operands[0]), sources, operation);
    }

    public static Instruction Unary<TOperation>(this KernelBuilder builder, SourceInstruction source, PtxType type)
        where TOperation : struct, IUnary
    {
        var (d, a) = (builder.To(source, type), builder.From(source, 1, type));
        return type switch
        {
            PtxType.F32 => new VectorUnary<float, TOperation>(d, a),
            PtxType.F64 => new VectorUnary<double, TOperation>(d, a),
            PtxType.S16 => new VectorUnary<short, TOperation>(d, a),
            PtxType.U16 or PtxType.B16 => new VectorUnary<ushort, TOperation>(d, a),
            PtxType.S32 => new VectorUnary<int, TOperation>(d, a),
            PtxType.U32 or PtxType.B32 => new VectorUnary<uint, TOperation>(d, a),
            PtxType.S64 => new VectorUnary<long, TOperation>(d, a),
            PtxType.U64 or PtxType.B64 => new VectorUnary<ulong, TOperation>(d, a),
            _ => throw Decoder.Unknown(source),
        };
    }

    public static Instruction Binary<TOperation>(this KernelBuilder builder, SourceInstruction source, PtxType type)
        where TOperation : struct, IBinary
    {
        var (d, a, b) = (builder.To(source, type), builder.From(source, 1, type), builder.From(source, 2, type));
        return type switch
        {
            PtxType.F32 => new VectorBinary<float, TOperation>(d, a, b),
            PtxType.F64 => new VectorBinary<double, TOperation>(d, a, b),
            PtxType.S16 => new VectorBinary<short, TOperation>(d, a, b),
            PtxType.U16 or PtxType.B16 => new VectorBinary<ushort, TOperation>(d, a, b),
            PtxType.S32 => new VectorBinary<int, TOperation>(d, a, b),
            PtxType.U32 or PtxType.B32 => new VectorBinary<uint, TOperation>(d, a, b),
            PtxType.S64 => new VectorBinary<long, TOperation>(d, a, b),
            PtxType.U64 or PtxType.B64 => new VectorBinary<ulong, TOperation>(d, a, b),
            _ => throw Decoder.Unknown(source),
        };
    }

    public static Instruction Ternary<TOperation>(this KernelBuilder builder, SourceInstruction source, PtxType type)
        where TOperation : struct, ITernary
    {
        var (d, a, b, c) = (builder.To(source, type), builder.From(source, 1, type), builder.From(source, 2, type),
            builder.From(source, 3, type));
        return type switch
        {
            PtxType.F32 => new VectorTernary<float, TOperation>(d, a, b, c),
            PtxType.F64 => new VectorTernary<double, TOperation>(d, a, b, c),
            PtxType.S16 or PtxType.U16 or PtxType.B16 => new VectorTernary<ushort, TOperation>(d, a, b, c),
            PtxType.S32 or PtxType.U32 or PtxType.B32 => new VectorTernary<uint, TOperation>(d, a, b, c),
            PtxType.S64 or PtxType.U64 or PtxType.B64 => new VectorTernary<ulong, TOperation>(d, a, b, c),
            _ => throw Decoder.Unknown(source),
        };
    }
}
