using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>Finds the family of an instruction, which makes it ready to run.</summary>
static class Decoder
{
    public static Instruction Decode(SourceInstruction source, KernelBuilder builder) =>
        source.Name switch
        {
            "bra" or "ret" or "exit" or "trap" or "brkpt" or "nanosleep" or "bar" or "barrier" or "activemask" or "membar" or "fence"
                or "griddepcontrol" => ControlInstructions.Decode(source, builder),
            "ld" or "ldu" or "st" or "atom" or "red" or "cvta" or "isspacep" or "prefetch" or "prefetchu" or "discard" or "applypriority"
                => MemoryInstructions.Decode(source, builder),
            "mov" or "selp" or "setp" or "set" or "slct" => SelectInstructions.Decode(source, builder),
            "cvt" => ConversionInstructions.Decode(source, builder),
            "shfl" or "vote" or "match" or "redux" or "elect" => WarpInstructions.Decode(source, builder),
            "mma" or "ldmatrix" or "stmatrix" or "movmatrix" => MatrixInstructions.Decode(source, builder),
            "mbarrier" => MemoryBarrierInstructions.Decode(source, builder),
            "wgmma" or "setmaxnreg" => WarpGroupInstructions.Decode(source, builder),
            "cp" => AsyncInstructions.Decode(source, builder),
            "ex2" or "lg2" or "rcp" or "rsqrt" or "sqrt" or "sin" or "cos" or "tanh" => FunctionInstructions.Decode(source, builder),
            _ when source.Type is PtxType.F16 or PtxType.BF16 or PtxType.F16x2 or PtxType.BF16x2 =>
                HalfInstructions.Decode(source, builder),
            "add" or "sub" or "mul" or "mad" or "mul24" or "mad24" or "fma" or "div" or "rem" or "min" or "max" or "abs" or "neg" or "sad"
                or "copysign" => ArithmeticInstructions.Decode(source, builder),
            "and" or "or" or "xor" or "not" or "cnot" or "shl" or "shr" or "shf" or "lop3" or "prmt" or "bfe" or "bfi" or "brev" or "clz"
                or "popc" or "bfind" or "bmsk" or "testp" => BitInstructions.Decode(source, builder),
            _ => throw Unknown(source),
        };

    public static Trap Unknown(SourceInstruction source) => new($"the interpreter does not know the instruction {source.Opcode}");

    /// <summary>Checks that an instruction has as many operands as its form asks for.</summary>
    public static void Expect(SourceInstruction source, int least, int most = 0)
    {
        int count = source.Operands.Length;
        if (count < least || count > Math.Max(least, most)) throw new Trap($"{source.Opcode} does not take {count} operands");
    }
}
