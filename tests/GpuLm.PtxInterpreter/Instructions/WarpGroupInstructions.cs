using System.Globalization;
using System.Text.RegularExpressions;
using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>
/// wgmma and setmaxnreg. Each of the four warps of a group computes its own 16 of the 64 rows; that the four come together is not modelled.
/// </summary>
static partial class WarpGroupInstructions
{
    [GeneratedRegex(@"^m64n(\d+)k16$")]
    private static partial Regex Shape();

    public static Instruction Decode(SourceInstruction source, KernelBuilder builder)
    {
        if (source.Name == "setmaxnreg") return new SetMostRegisters(source);
        if (source.Has("fence")) return new Simple(warp => warp.Multiplies.Fenced = true);
        if (source.Has("commit_group")) return new Simple(warp => warp.Multiplies.Commit());
        if (source.Has("wait_group"))
        {
            int newest = (int)(Literal.Parse(source.Operands[0], PtxType.U32) ?? throw new Trap("the number of groups must be a constant"));
            return new Simple(warp => warp.Multiplies.Wait(warp, newest));
        }
        if (!source.Has("mma_async")) throw Decoder.Unknown(source);
        return new WarpGroupMultiply(source, builder);
    }

    sealed class Simple(Action<Warp> action) : WholeWarpInstruction
    {
        public override void Execute(Warp warp) => action(warp);
    }

    sealed class SetMostRegisters : WholeWarpInstruction
    {
        public SetMostRegisters(SourceInstruction source)
        {
            if (Literal.Parse(source.Operands[0], PtxType.U32) is not ({ } count and >= 24 and <= 256) || count % 8 != 0)
            {
                throw new Trap("the number of registers is a multiple of 8 from 24 to 256");
            }
        }

        public override void Execute(Warp warp) { }
    }

    /// <summary>
    /// D = A B + D or, where scale-d is false, A B: 16 rows of a warp, 16 deep, sums in fp32 in the order of k. A is in registers, laid out
    /// as for mma.m16n8k16, or in shared memory; B is in shared memory.
    /// </summary>
    sealed unsafe class WarpGroupMultiply : WholeWarpInstruction
    {
        readonly SumRegisters _sums;
        readonly int[]? _registersA;
        readonly Lanes _descriptorA, _descriptorB;
        readonly PredicateOperand _scaleD;
        readonly float _sign;
        readonly bool _acrossA, _acrossB, _brain;
        readonly int _columns;

        public WarpGroupMultiply(SourceInstruction source, KernelBuilder builder)
        {
            var shape = source.Parts.Select(part => Shape().Match(part)).FirstOrDefault(match => match.Success)
                ?? throw Decoder.Unknown(source);
            _columns = int.Parse(shape.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            if (_columns % 8 != 0 || _columns is < 8 or > 256 || source.Types is not [PtxType.F32, PtxType.BF16 or PtxType.F16, _])
            {
                throw Decoder.Unknown(source);
            }
            _brain = source.Type == PtxType.BF16;
            _sums = new SumRegisters(MatrixInstructions.Registers(builder, source.Operands[0]));
            if (_sums.Columns != _columns) throw new Trap($"{source.Opcode} takes {_columns / 2} registers for its sums");
            bool inRegisters = source.Operands[1].StartsWith('{');
            if (inRegisters) _registersA = MatrixInstructions.Registers(builder, source.Operands[1]);
            else _descriptorA = builder.Source(source.Operands[1], PtxType.B64);
            if (inRegisters && _registersA!.Length != 4) throw new Trap("A takes 4 registers");
            _descriptorB = builder.Source(source.Operands[2], PtxType.B64);
            Decoder.Expect(source, inRegisters ? 7 : 8);
            _scaleD = PredicateOperand.Parse(source.Operands[3], builder);
            _sign = Flag(source.Operands[4], "-1", "1") == Flag(source.Operands[5], "-1", "1") ? 1 : -1;
            _acrossA = !inRegisters && Flag(source.Operands[6], "1", "0");
            _acrossB = Flag(source.Operands[^1], "1", "0");
        }

        static bool Flag(string text, string yes, string no) =>
            text == yes || (text == no ? false : throw new Trap($"{text} is neither {yes} nor {no}"));

        public override void Execute(Warp warp)
        {
            bool add = (_scaleD.Read(warp) & 1) != 0;
            var b = new OperandLayout(warp.Uniform(_descriptorB, "the descriptor of B"), _acrossB);
            b.RecordRead(warp, 0, _columns);
            if (_registersA is null)
            {
                var a = new OperandLayout(warp.Uniform(_descriptorA, "the descriptor of A"), _acrossA);
                int firstRow = warp.Index % 4 * 16;
                a.RecordRead(warp, firstRow, 16);
                warp.Multiplies.Begin(warp, _sums, sums =>
                    Multiply(warp, target => a.Read(warp, firstRow, 16, _brain, target, 16, 1), b, add, sums));
                return;
            }
            float[] values = new float[16 * 16];
            for (int i = 0; i < 4; i++)
            {
                ushort* register = (ushort*)(warp.Registers + _registersA[i]);
                for (int j = 0; j < 64; j++)
                {
                    int row = j / 8 + (i & 1) * 8, k = j % 8 + (i >> 1) * 8;
                    values[row * 16 + k] = Fragments.Value(register[j], _brain);
                }
            }
            warp.Multiplies.Begin(warp, _sums, sums =>
                Multiply(warp, target => values.CopyTo(new Span<float>(target, 256)), b, add, sums));
        }

        delegate void Fill(float* target);

        void Multiply(Warp warp, Fill fillA, OperandLayout b, bool add, float[] sums)
        {
            float* left = stackalloc float[16 * 16], right = stackalloc float[16 * _columns];
            fillA(left);
            b.Read(warp, 0, _columns, _brain, right, 1, _columns);
            for (int i = 0; i < 256 && _sign < 0; i++) left[i] = -left[i];
            if (!add) Array.Clear(sums);
            fixed (float* result = sums) Fragments.MultiplyAdd(left, 16, right, _columns, result, _columns, 16, _columns, 16);
        }
    }
}
