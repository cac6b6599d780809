using System.Globalization;

namespace GpuLm.PtxInterpreter.Parsing;

/// <summary>An instruction as written: its guard, its opcode in pieces, and its operands as text.</summary>
sealed class SourceInstruction
{
    public SourceInstruction(Statement statement)
    {
        (Text, Line) = (string.Join(' ', statement.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), statement.Line);
        string rest = Text;
        if (rest.StartsWith('@'))
        {
            int space = rest.IndexOf(' ');
            if (space < 0) throw new Trap("there is a guard and no instruction");
            Guard = rest[1..space];
            rest = rest[(space + 1)..].TrimStart();
        }
        int end = rest.IndexOfAny([' ', '[', '{']);
        Opcode = end < 0 ? rest : rest[..end];
        Parts = Opcode.Split('.', StringSplitOptions.RemoveEmptyEntries);
        Operands = end < 0 ? [] : Split(rest[end..]);
        Types = [.. Parts.Skip(1).Select(PtxTypes.Parse).Where(type => type != PtxType.None)];
    }

    public string Text { get; }

    public int Line { get; }

    /// <summary>The predicate in front, such as <c>!%p1</c>; null where there is none.</summary>
    public string? Guard { get; }

    /// <summary>The opcode with all modifiers.</summary>
    public string Opcode { get; }

    /// <summary>The opcode and its modifiers, one by one.</summary>
    public string[] Parts { get; }

    /// <summary>The types among the modifiers, in their order.</summary>
    public PtxType[] Types { get; }

    public string[] Operands { get; }

    public string Name => Parts[0];

    /// <summary>The last type named, which is the type of the operands of most instructions.</summary>
    public PtxType Type => Types.Length > 0 ? Types[^1] : PtxType.None;

    public bool Has(string modifier) => Array.IndexOf(Parts, modifier, 1) > 0;

    /// <summary>Splits at the commas that stand outside brackets and braces.</summary>
    public static string[] Split(string text)
    {
        var pieces = new List<string>();
        int depth = 0, start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] is '{' or '[') depth++;
            if (i < text.Length && text[i] is '}' or ']') depth--;
            if (i < text.Length && (text[i] != ',' || depth > 0)) continue;
            string piece = text[start..i].Trim();
            if (piece.Length > 0) pieces.Add(piece);
            start = i + 1;
        }
        return [.. pieces];
    }
}

/// <summary>Constants of PTX: integers in all their notations, <c>0f</c> and <c>0d</c> bit patterns and decimal fractions.</summary>
static class Literal
{
    /// <summary>The bits of a constant as an operand of the type; null where the text is no constant.</summary>
    public static ulong? Parse(string text, PtxType type)
    {
        bool negative = text.StartsWith('-');
        string digits = negative ? text[1..].Trim() : text;
        if (digits.Length == 0 || !char.IsAsciiDigit(digits[0])) return text == "WARP_SZ" ? 32 : null;
        if (digits.StartsWith("0f", StringComparison.OrdinalIgnoreCase) && digits.Length == 10)
        {
            uint bits = uint.Parse(digits.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return type == PtxType.F64 ? BitConverter.DoubleToUInt64Bits(BitConverter.UInt32BitsToSingle(bits)) : bits;
        }
        if (digits.StartsWith("0d", StringComparison.OrdinalIgnoreCase) && digits.Length == 18)
        {
            ulong bits = ulong.Parse(digits.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return type == PtxType.F32 ? BitConverter.SingleToUInt32Bits((float)BitConverter.UInt64BitsToDouble(bits)) : bits;
        }
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) return Signed(Digits(digits[2..], 16), negative);
        if (digits.AsSpan().IndexOfAny('.', 'e', 'E') >= 0)
        {
            double value = double.Parse(text, CultureInfo.InvariantCulture);
            return type == PtxType.F32 ? BitConverter.SingleToUInt32Bits((float)value) : BitConverter.DoubleToUInt64Bits(value);
        }
        if (digits.StartsWith("0b", StringComparison.OrdinalIgnoreCase)) return Signed(Digits(digits[2..], 2), negative);
        return Signed(Digits(digits, digits is ['0', _, ..] && digits != "0U" ? 8 : 10), negative);
    }

    static ulong Digits(string digits, int numberBase)
    {
        digits = digits.TrimEnd('U', 'u');
        return numberBase switch
        {
            16 => ulong.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            2 => ulong.Parse(digits, NumberStyles.BinaryNumber, CultureInfo.InvariantCulture),
            8 => Convert.ToUInt64(digits, 8),
            _ => ulong.Parse(digits, CultureInfo.InvariantCulture),
        };
    }

    static ulong Signed(ulong value, bool negative) => negative ? 0 - value : value;
}
