using System.Runtime.Intrinsics;
using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>setp and set: comparisons, ordered and not, perhaps joined with a predicate.</summary>
static class Comparisons
{
    enum Relation { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual, Number, NotNumber }

    /// <param name="Relation">What is asked of the two values.</param>
    /// <param name="Unordered">Whether the answer is yes where one of them is no number.</param>
    readonly record struct Question(Relation Relation, bool Unordered)
    {
        public static Question? Parse(string name) => name switch
        {
            "eq" => new(Relation.Equal, false), "ne" => new(Relation.NotEqual, false),
            "lt" or "lo" => new(Relation.Less, false), "le" or "ls" => new(Relation.LessOrEqual, false),
            "gt" or "hi" => new(Relation.Greater, false), "ge" or "hs" => new(Relation.GreaterOrEqual, false),
            "equ" => new(Relation.Equal, true), "neu" => new(Relation.NotEqual, true),
            "ltu" => new(Relation.Less, true), "leu" => new(Relation.LessOrEqual, true),
            "gtu" => new(Relation.Greater, true), "geu" => new(Relation.GreaterOrEqual, true),
            "num" => new(Relation.Number, false), "nan" => new(Relation.NotNumber, true),
            _ => null,
        };
    }

    public static Instruction Decode(SourceInstruction source, KernelBuilder builder)
    {
        Decoder.Expect(source, 3, 4);
        string[] targets = source.Operands[0].Split('|', StringSplitOptions.TrimEntries);
        return new SetPredicate(Compare(source, builder), Join(source, builder), Target(0), Target(1));

        int Target(int index) => index < targets.Length && targets[index] != "_" ? builder.Predicate(targets[index]) : -1;
    }

    public static Instruction DecodeSet(SourceInstruction source, KernelBuilder builder)
    {
        if (source.Types.Length != 2) throw Decoder.Unknown(source);
        uint yes = source.Types[0] == PtxType.F32 ? 0x3F800000 : uint.MaxValue;
        return new SetRegister(Compare(source, builder), Join(source, builder), builder.Destination(source.Operands[0]), yes);
    }

    static Comparison Compare(SourceInstruction source, KernelBuilder builder)
    {
        var type = source.Type;
        var question = source.Parts.Skip(1).Select(Question.Parse).FirstOrDefault(q => q is not null) ?? throw Decoder.Unknown(source);
        var (a, b) = (builder.From(source, 1, type), builder.From(source, 2, type));
        bool flush = source.Has("ftz");
        return type switch
        {
            PtxType.F32 when !flush => new Vectors<float>(a, b, question),
            PtxType.F64 => new Vectors<double>(a, b, question),
            PtxType.S32 => new Vectors<int>(a, b, question),
            PtxType.U32 or PtxType.B32 => new Vectors<uint>(a, b, question),
            PtxType.S64 => new Vectors<long>(a, b, question),
            PtxType.U64 or PtxType.B64 => new Vectors<ulong>(a, b, question),
            PtxType.F32 => new Narrow(a, b, question, bits => Numbers.Flush(Numbers.Single(bits))),
            PtxType.S16 => new Narrow(a, b, question, bits => (short)bits),
            PtxType.U16 or PtxType.B16 => new Narrow(a, b, question, bits => (ushort)bits),
            PtxType.F16 => new Narrow(a, b, question, bits => Numbers.FromHalf(bits)),
            PtxType.BF16 => new Narrow(a, b, question, bits => Numbers.FromBFloat16(bits & 0xFFFF)),
            _ => throw Decoder.Unknown(source),
        };
    }

    /// <summary>How the answer is joined with the predicate that a fourth operand names.</summary>
    static (string Name, PredicateOperand Operand)? Join(SourceInstruction source, KernelBuilder builder)
    {
        if (source.Operands.Length < 4) return null;
        string name = source.Parts.FirstOrDefault(part => part is "and" or "or" or "xor") ?? throw Decoder.Unknown(source);
        return (name, PredicateOperand.Parse(source.Operands[3], builder));
    }

    static uint Joined(uint answer, (string Name, PredicateOperand Operand)? join, Warp warp) => join is not var (name, operand) ? answer
        : name switch { "and" => answer & operand.Read(warp), "or" => answer | operand.Read(warp), _ => answer ^ operand.Read(warp) };

    sealed class SetPredicate(Comparison comparison, (string, PredicateOperand)? join, int target, int opposite) : Instruction
    {
        public override void Execute(Warp warp)
        {
            uint answer = comparison.Evaluate(warp);
            uint negation = opposite < 0 ? 0 : Joined(~answer, join, warp);
            answer = Joined(answer, join, warp);
            if (target >= 0) warp.SetPredicate(target, answer);
            if (opposite >= 0) warp.SetPredicate(opposite, negation);
        }
    }

    sealed class SetRegister(Comparison comparison, (string, PredicateOperand)? join, Lanes target, uint yes) : Instruction
    {
        public override void Execute(Warp warp)
        {
            uint answer = Joined(comparison.Evaluate(warp), join, warp);
            for (int lane = 0; lane < 32; lane++)
            {
                if ((warp.Mask >> lane & 1) != 0) target.Write(warp, lane, (answer >> lane & 1) != 0 ? yes : 0);
            }
        }
    }

    abstract class Comparison
    {
        public abstract uint Evaluate(Warp warp);
    }

    sealed unsafe class Vectors<T>(int a, int b, Question question) : Comparison where T : unmanaged
    {
        public override uint Evaluate(Warp warp)
        {
            T* first = (T*)(warp.Registers + a), second = (T*)(warp.Registers + b);
            uint result = 0;
            for (int i = 0; i < 32; i += Vector512<T>.Count)
            {
                var (x, y) = (Vector512.Load(first + i), Vector512.Load(second + i));
                var answer = question.Relation switch
                {
                    Relation.Equal => Vector512.Equals(x, y),
                    Relation.NotEqual => ~Vector512.Equals(x, y),
                    Relation.Less => Vector512.LessThan(x, y),
                    Relation.LessOrEqual => Vector512.LessThanOrEqual(x, y),
                    Relation.Greater => Vector512.GreaterThan(x, y),
                    Relation.GreaterOrEqual => Vector512.GreaterThanOrEqual(x, y),
                    Relation.Number => Vector512.Equals(x, x) & Vector512.Equals(y, y),
                    _ => Vector512<T>.Zero,
                };
                if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
                {
                    var numbers = Vector512.Equals(x, x) & Vector512.Equals(y, y);
                    answer = question.Unordered ? answer | ~numbers : answer & numbers;
                }
                result |= (uint)answer.ExtractMostSignificantBits() << i;
            }
            return result;
        }
    }

    /// <summary>Values that are compared as the doubles that they stand for.</summary>
    sealed class Narrow(int a, int b, Question question, Func<ulong, double> value) : Comparison
    {
        public override uint Evaluate(Warp warp)
        {
            uint result = 0;
            for (int lane = 0; lane < 32; lane++)
            {
                double x = value(new Lanes(a, 4).Read(warp, lane)), y = value(new Lanes(b, 4).Read(warp, lane));
                bool answer = double.IsNaN(x) || double.IsNaN(y) ? question.Unordered : question.Relation switch
                {
                    Relation.Equal => x == y, Relation.NotEqual => x != y, Relation.Less => x < y, Relation.LessOrEqual => x <= y,
                    Relation.Greater => x > y, Relation.GreaterOrEqual => x >= y, Relation.Number => true, _ => false,
                };
                if (answer) result |= 1u << lane;
            }
            return result;
        }
    }
}
