using System.Globalization;
using System.Text.RegularExpressions;
using ILGPU.Backends.PTX;
using ILGPU.IR.Values;
using Registers = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>;

namespace GpuLm.Kernels.Cuda.Intrinsics;

/// <summary>Writes the PTX of one call of an intrinsic: names of registers for arguments and result, and instructions.</summary>
/// <param name="generator">ILGPU's generator of the kernel.</param>
/// <param name="call">The call.</param>
sealed partial class PtxWriter(PTXCodeGenerator generator, MethodCall call)
{
    /// <summary>The names of an argument's registers: one, or one for each field of a struct.</summary>
    public IReadOnlyList<string> Argument(int index) => Names(generator.Load(call[index]));

    /// <summary>An argument that must be a constant when the kernel is compiled.</summary>
    /// <exception cref="NotSupportedException">It is not.</exception>
    public long Constant(int index) => call[index].Resolve() is PrimitiveValue constant
        ? constant.Int64Value
        : throw new NotSupportedException($"Argument {index} of {call.Target.Name} is part of the instruction and must be a constant.");

    /// <summary>New registers for the result.</summary>
    public IReadOnlyList<string> NewResult() => Names(generator.Allocate(call));

    /// <summary>
    /// Gives the result the registers of an argument, which changes in place; what is not in a register yet is put into one.
    /// </summary>
    public IReadOnlyList<string> TakeOver(int index)
    {
        var register = generator.Load(call[index]);
        if (IsHardware(register))
        {
            generator.Bind(call, register);
            return Names(register);
        }
        var (old, result) = (Names(register), NewResult());
        for (int i = 0; i < result.Count; i++) Line($"mov.b32 {result[i]}, {old[i]};");
        return result;
    }

    /// <summary>Writes instructions with their placeholders filled in, see <see cref="PtxAttribute"/>.</summary>
    public void Write(string text, IReadOnlyList<string>? result)
    {
        foreach (string instruction in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            Line(Placeholder().Replace(instruction, match => Fill(match, result)) + ";");
        }
    }

    /// <summary>Writes a line as it is.</summary>
    public void Line(string text) => generator.Builder.Append('\t').Append(text).Append('\n');

    string Fill(Match match, IReadOnlyList<string>? result)
    {
        string name = match.Groups["name"].Value;
        if (match.Groups["constant"].Success) return Constant(Number(name)).ToString(CultureInfo.InvariantCulture);
        var registers = name == "r" ? result! : Argument(Number(name));
        return match.Groups["part"].Success ? registers[Number(match.Groups["part"].Value)] : List(registers);
    }

    /// <summary>One register by its name, several in braces.</summary>
    public static string List(IReadOnlyList<string> registers) =>
        registers.Count == 1 ? registers[0] : "{" + string.Join(", ", registers) + "}";

    static bool IsHardware(Registers.Register register) =>
        register is Registers.CompoundRegister compound ? compound.Children.All(IsHardware) : register is Registers.HardwareRegister;

    List<string> Names(Registers.Register register) => register switch
    {
        Registers.CompoundRegister compound => [.. compound.Children.SelectMany(Names)],
        _ => ["%" + PTXRegisterAllocator.GetStringRepresentation(generator.EnsureHardwareRegister((Registers.PrimitiveRegister)register))],
    };

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\{(?<constant>#)?(?<name>r|\d+)(\.(?<part>\d+))?\}")]
    private static partial Regex Placeholder();
}
