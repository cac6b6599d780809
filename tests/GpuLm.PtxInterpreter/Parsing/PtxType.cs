namespace GpuLm.PtxInterpreter.Parsing;

/// <summary>The types of PTX that an instruction can name.</summary>
enum PtxType
{
    None, Pred, B8, U8, S8, B16, U16, S16, F16, BF16, B32, U32, S32, F32, TF32, F16x2, BF16x2, E4M3x2, E5M2x2, B64, U64, S64, F64, B128,
}

static class PtxTypes
{
    public static PtxType Parse(string name) =>
        name is not "none" && Enum.TryParse(name, ignoreCase: true, out PtxType type) && !char.IsDigit(name[0]) ? type : PtxType.None;

    public static int Bytes(this PtxType type) => type switch
    {
        PtxType.B8 or PtxType.U8 or PtxType.S8 => 1,
        PtxType.B16 or PtxType.U16 or PtxType.S16 or PtxType.F16 or PtxType.BF16 or PtxType.E4M3x2 or PtxType.E5M2x2 => 2,
        PtxType.B64 or PtxType.U64 or PtxType.S64 or PtxType.F64 => 8,
        PtxType.B128 => 16,
        _ => 4,
    };

    public static bool IsSigned(this PtxType type) => type is PtxType.S8 or PtxType.S16 or PtxType.S32 or PtxType.S64;

    public static bool IsUnsigned(this PtxType type) => type is PtxType.U8 or PtxType.U16 or PtxType.U32 or PtxType.U64;

    public static bool IsInteger(this PtxType type) => type.IsSigned() || type.IsUnsigned();
}
