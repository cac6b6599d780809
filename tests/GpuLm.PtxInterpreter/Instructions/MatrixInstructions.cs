using System.Runtime.Intrinsics;
using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>mma, ldmatrix and stmatrix: the tensor core of one warp.</summary>
static class MatrixInstructions
{
    public static Instruction Decode(SourceInstruction source, KernelBuilder builder) => source.Name switch
    {
        "mma" when source.Has("sync") => new MatrixMultiply(source, builder),
        "ldmatrix" when source.Has("sync") => new MatrixLoad(source, builder),
        "stmatrix" when source.Has("sync") => new MatrixStore(source, builder),
        _ => throw Decoder.Unknown(source),
    };

    public static int[] Registers(KernelBuilder builder, string operand) =>
        [.. MemoryInstructions.Elements(operand).Select(name => builder.Source(name, PtxType.B32) is { Stride: 4 } lanes ? lanes.Offset
            : throw new Trap($"{name} is no 32-bit register"))];
}

/// <summary>An instruction that all 32 lanes execute together.</summary>
abstract class WholeWarpInstruction : Instruction
{
    protected WholeWarpInstruction() => Kind = InstructionKind.Collective;

    public override uint Ready(Warp warp) => warp.Mask == Warp.AllLanes ? Warp.AllLanes : 0;
}

/// <summary>
/// mma.sync m16n8k16 and m16n8k8 on bfloat16 and fp16, m16n8k8 and m16n8k4 on tf32: D = A B + C. Each product is exact; the sum is fp32,
/// starts with C and takes the products in the order of k, one fused multiply-add each. Of tf32 operands the lower 13 bits are cut off.
/// </summary>
sealed unsafe class MatrixMultiply : WholeWarpInstruction
{
    readonly int[] _d, _a, _b, _c;
    readonly int _depth;
    readonly PtxType _type;
    readonly bool _halfResult;

    public MatrixMultiply(SourceInstruction source, KernelBuilder builder)
    {
        Decoder.Expect(source, 4);
        if (!source.Has("row") || !source.Has("col") || source.Types.Length != 4) throw Decoder.Unknown(source);
        (_d, _a) = (MatrixInstructions.Registers(builder, source.Operands[0]), MatrixInstructions.Registers(builder, source.Operands[1]));
        (_b, _c) = (MatrixInstructions.Registers(builder, source.Operands[2]), MatrixInstructions.Registers(builder, source.Operands[3]));
        _type = source.Types[1];
        _halfResult = source.Types[0] == PtxType.F16;
        _depth = source.Has("m16n8k16") ? 16 : source.Has("m16n8k8") ? 8 : source.Has("m16n8k4") ? 4 : throw Decoder.Unknown(source);
        bool narrow = _type is PtxType.BF16 or PtxType.F16;
        bool known = narrow ? _depth >= 8 : _type == PtxType.TF32 && _depth <= 8;
        bool typesFit = source.Types[2] == _type && source.Types[3] == source.Types[0]
            && (source.Types[0] == PtxType.F32 || (_halfResult && _type == PtxType.F16));
        if (!known || !typesFit) throw Decoder.Unknown(source);
        int registers = _depth * 16 / (narrow ? 64 : 32), results = _halfResult ? 2 : 4;
        if (_a.Length != registers || _b.Length * 2 != registers || _c.Length != results || _d.Length != results)
        {
            throw new Trap($"{source.Opcode} takes {results}, {registers}, {registers / 2} and {results} registers");
        }
    }

    public override void Execute(Warp warp)
    {
        float* a = stackalloc float[16 * 16], b = stackalloc float[16 * 8], result = stackalloc float[16 * 8];
        byte* registers = warp.Registers;
        if (_type == PtxType.TF32) Spread(registers, a, b);
        else Unpack(registers, a, b);
        Gather(registers, result);
        Fragments.MultiplyAdd(a, 16, b, 8, result, 8, 16, 8, _depth);
        Scatter(registers, result);
    }

    /// <summary>A register of 32 lanes is an 8 x 8 matrix of 16-bit values, row by row; of B the rows are the columns n.</summary>
    void Unpack(byte* registers, float* a, float* b)
    {
        bool brain = _type == PtxType.BF16;
        for (int i = 0; i < _a.Length; i++)
        {
            ushort* source = (ushort*)(registers + _a[i]);
            float* target = a + (i & 1) * 8 * 16 + (i >> 1) * 8;
            for (int row = 0; row < 8; row++)
            {
                Fragments.Eight(source + row * 8, brain).Store(target + row * 16);
            }
        }
        float* values = stackalloc float[8];
        for (int i = 0; i < _b.Length; i++)
        {
            ushort* source = (ushort*)(registers + _b[i]);
            for (int n = 0; n < 8; n++)
            {
                Fragments.Eight(source + n * 8, brain).Store(values);
                float* column = b + i * 64 + n;
                for (int k = 0; k < 8; k++) column[k * 8] = values[k];
            }
        }
    }

    /// <summary>A register of 32 lanes is an 8 x 4 matrix of tf32 values, row by row; of B the rows are the columns n.</summary>
    void Spread(byte* registers, float* a, float* b)
    {
        for (int i = 0; i < _a.Length; i++)
        {
            uint* source = (uint*)(registers + _a[i]);
            float* target = a + (i & 1) * 8 * 16 + (i >> 1) * 4;
            for (int lane = 0; lane < 32; lane++) target[lane / 4 * 16 + lane % 4] = Fragments.TruncatedTensorFloat(source[lane]);
        }
        for (int i = 0; i < _b.Length; i++)
        {
            uint* source = (uint*)(registers + _b[i]);
            for (int lane = 0; lane < 32; lane++) b[(i * 4 + lane % 4) * 8 + lane / 4] = Fragments.TruncatedTensorFloat(source[lane]);
        }
    }

    /// <summary>Two registers have the even and the odd columns of 8 rows; fp16 sums have both in one.</summary>
    void Gather(byte* registers, float* result)
    {
        for (int half = 0; half < 2; half++)
        {
            for (int row = 0; row < 8; row++)
            {
                Vector256<float> values;
                if (_halfResult)
                {
                    values = Fragments.Eight((ushort*)(registers + _c[half]) + row * 8, brain: false);
                }
                else
                {
                    var even = Vector128.Load((float*)(registers + _c[2 * half]) + row * 4);
                    var odd = Vector128.Load((float*)(registers + _c[2 * half + 1]) + row * 4);
                    values = Vector256.Shuffle(Vector256.Create(even, odd), Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7));
                }
                values.Store(result + (half * 8 + row) * 8);
            }
        }
    }

    void Scatter(byte* registers, float* result)
    {
        for (int half = 0; half < 2; half++)
        {
            for (int row = 0; row < 8; row++)
            {
                float* source = result + (half * 8 + row) * 8;
                if (_halfResult)
                {
                    ushort* target = (ushort*)(registers + _d[half]) + row * 8;
                    for (int column = 0; column < 8; column++) target[column] = (ushort)Numbers.ToHalf(source[column]);
                    continue;
                }
                var values = Vector256.Shuffle(Vector256.Load(source), Vector256.Create(0, 2, 4, 6, 1, 3, 5, 7));
                values.GetLower().Store((float*)(registers + _d[2 * half]) + row * 4);
                values.GetUpper().Store((float*)(registers + _d[2 * half + 1]) + row * 4);
            }
        }
    }
}
